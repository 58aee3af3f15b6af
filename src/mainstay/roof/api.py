"""The API at /api/v1/: questions to the law, and register files from schools' systems.

One operation for each question, so that the published OpenAPI document holds each question's own schema.
Bodies are never logged. Errors are always ``{"error": {"where", "problem"}}``.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import File, Form, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer, SessionAuth

from mainstay import __version__
from mainstay.law import questions
from mainstay.law.rules import version
from mainstay.service.accounts.actions import tokens
from mainstay.service.accounts.models import User

NOT_UNDERSTOOD = 422


class Fault(Schema):
    where: str
    problem: str


class ErrorAnswer(Schema):
    error: Fault


class QuestionInList(Schema):
    name: str
    asks: str
    schema_at: str
    parameters_at: str


class QuestionList(Schema):
    questions: list[QuestionInList]
    rules_version: str


class ReceivedRegister(Schema):
    id: int
    state: str
    at: str


class Key(HttpBearer):
    """``Authorization: Bearer KEY``, a key with the scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = tokens.owner(token, timezone.now())
        if found is None:
            return None
        if not tokens.allows(found[1], self.scope):
            raise HttpError(403, "this key may not do that")
        request.user = found[0]
        return found[0]


class SignedIn(SessionAuth):
    """A browser where somebody is signed in; needs the CSRF token as well."""

    def _get_key(self, request: HttpRequest) -> str | None:
        return super()._get_key(request) if request.user.is_authenticated else None


def error(status: int, problem: str, where: str = "") -> JsonResponse:
    return JsonResponse({"error": {"where": where, "problem": problem}}, status=status)


def by(scope: str) -> list[Any]:
    """Who may call: a key with the scope, or somebody signed in."""
    return [Key(scope), SignedIn(csrf=True)]


api = NinjaAPI(
    title="Mainstay",
    version=__version__,
    description="Ask the law a question, and send attendance registers.",
    docs_url=None,  # the page at /api/ shows the document without another site's scripts
    openapi_url="/openapi.json",
    urls_namespace="api",
)
_REFUSALS: dict[int, Any] = {401: ErrorAnswer, 403: ErrorAnswer}


@api.get(
    "/rules",
    auth=by("rules"),
    response={200: QuestionList, **_REFUSALS},
    tags=["rules"],
    operation_id="list_questions",
)
def list_questions(request: HttpRequest) -> JsonResponse:
    """The questions that can be asked."""
    return JsonResponse(
        {
            "questions": [
                {
                    "name": name,
                    "asks": question.asks,
                    "schema_at": f"/api/v1/rules/{name}/schema",
                    "parameters_at": f"/api/v1/rules/{name}/parameters",
                }
                for name, question in questions.QUESTIONS.items()
            ],
            "rules_version": version(),
        }
    )


def _answer(name: str) -> Callable[[HttpRequest], HttpResponse]:
    def ask(request: HttpRequest) -> HttpResponse:
        try:
            text = request.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return error(NOT_UNDERSTOOD, "is not UTF-8 text")
        except RequestDataTooBig:
            return error(413, "is larger than 5 MB")
        said = questions.ask_text(name, text)
        return JsonResponse(said, status=NOT_UNDERSTOOD if "error" in said else 200)

    return ask


def _constant(value: Any) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: JsonResponse(value)


def _publish(name: str) -> None:
    """The three operations of one question."""
    question, slug = questions.QUESTIONS[name], name.replace("-", "_")
    body = {"required": True, "content": {"application/json": {"schema": questions.SCHEMAS[name]}}}
    api.post(
        f"/rules/{name}",
        auth=by("rules"),
        response={200: dict[str, Any], 413: ErrorAnswer, NOT_UNDERSTOOD: ErrorAnswer, **_REFUSALS},
        tags=["rules"],
        summary=question.asks,
        operation_id=f"ask_{slug}",
        openapi_extra={"requestBody": body},
    )(_answer(name))
    for what, value in (("schema", questions.SCHEMAS[name]), ("parameters", questions.parameters_of(name))):
        api.get(
            f"/rules/{name}/{what}",
            auth=by("rules"),
            response={200: dict[str, Any], **_REFUSALS},
            tags=["rules"],
            summary=f"The {what} of that question",
            operation_id=f"{what}_of_{slug}",
        )(_constant(value))


for _name in questions.NAMES:
    _publish(_name)


@api.post("/rules/{question}", auth=by("rules"), include_in_schema=False)
def unknown_question(request: HttpRequest, question: str) -> HttpResponse:
    """Says which questions there are."""
    return _answer(question)(request)


@api.post(
    "/registers",
    auth=by("registers:write"),
    response={202: ReceivedRegister, NOT_UNDERSTOOD: ErrorAnswer, **_REFUSALS},
    tags=["registers"],
    operation_id="send_register",
)
def send_register(request: HttpRequest, file: File[UploadedFile], school: Form[str] = "") -> HttpResponse:
    """Send one register file; it is read by the worker. The school, by URN or LAESTAB, is needed where the file names none."""
    from mainstay.roof.api_registers import receive

    status, said = receive(_caller(request), file, school)
    return JsonResponse(said, status=status)


@api.get(
    "/registers/{number}",
    auth=by("registers:write"),
    response={200: dict[str, Any], 404: ErrorAnswer, **_REFUSALS},
    tags=["registers"],
    operation_id="register_state",
)
def register_state(request: HttpRequest, number: int) -> HttpResponse:
    """How far a register file is, and the place and problem of the first 1,000 refusals, without the values."""
    from mainstay.roof.api_registers import state

    return JsonResponse(state(_caller(request), number))


def _caller(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the authentication saw to that
    return request.user


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, fault: Any) -> HttpResponse:
    response = error(401, "needs a key: send it as Authorization: Bearer …")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, fault: Any) -> HttpResponse:
    return error(fault.status_code, str(fault))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, fault: Any) -> HttpResponse:
    return error(404, "is not there")


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, fault: Any) -> HttpResponse:
    first = fault.errors[0]
    where = "/" + "/".join(str(part) for part in first["loc"][1:])
    return error(NOT_UNDERSTOOD, str(first["msg"]), where)
