"""Faulty settings stop the start with one message that names all of them."""

from pathlib import Path

import pytest

from mainstay.roof import config


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """What a start with these settings stops with; "" where it does not stop."""

    def start(**settings: str) -> str:
        for name, value in {"MAINSTAY_VAR": str(tmp_path), "MAINSTAY_DEMO": "true", **settings}.items():
            monkeypatch.setenv(name, value)
        try:
            config.load()
        except SystemExit as stopped:
            return str(stopped)
        return ""

    return start


def test_a_misspelt_setting_stops_the_start_and_the_right_name_is_given(said) -> None:  # type: ignore[no-untyped-def]
    words = said(MAINSTAY_EMIAL_URL="smtp://127.0.0.1")
    assert "MAINSTAY_EMIAL_URL: there is no such setting; did you mean MAINSTAY_EMAIL_URL?" in words


def test_every_fault_is_in_one_message(said) -> None:  # type: ignore[no-untyped-def]
    words = said(MAINSTAY_DEMO="false", MAINSTAY_LA_CODE="85", MAINSTAY_XYZZY="1", MAINSTAY_LOGLEVEL="INFO")
    for part in (
        "MAINSTAY_SECRET_KEY_FILE: ",
        "MAINSTAY_LA_CODE: ",
        "MAINSTAY_XYZZY: there is no such setting\n",
        "did you mean MAINSTAY_LOG_LEVEL?",
    ):
        assert part in words


def test_what_the_tests_and_make_set_is_no_fault(said) -> None:  # type: ignore[no-untyped-def]
    assert said(MAINSTAY_TEST_DATABASE="postgres", mainstay_council_name="Invented") == ""


def test_online_payment_needs_a_webhook_secret_and_a_key_that_is_sent_safely(said) -> None:  # type: ignore[no-untyped-def]
    words = said(MAINSTAY_PAY_KEY="api_test_invented")
    assert "MAINSTAY_PAY_WEBHOOK_SECRET: needed with MAINSTAY_PAY_KEY" in words
    assert "api_test_invented" not in words
    assert said(MAINSTAY_PAY_KEY="api_test_invented", MAINSTAY_PAY_WEBHOOK_SECRET="s") == ""
    assert "MAINSTAY_PAY_KEY: " in said(MAINSTAY_PAY_KEY="two words", MAINSTAY_PAY_WEBHOOK_SECRET="s")


def test_the_address_of_payments_is_encrypted_outside_the_demo(said) -> None:  # type: ignore[no-untyped-def]
    here = "http://127.0.0.1:8001"
    assert said(MAINSTAY_PAY_URL=here) == ""
    words = said(MAINSTAY_PAY_URL=here, MAINSTAY_DEMO="false", MAINSTAY_SECRET_KEY="s")
    assert "MAINSTAY_PAY_URL: must begin with https://" in words
    assert "MAINSTAY_PAY_URL: " in said(MAINSTAY_PAY_URL="ftp://127.0.0.1")


def test_our_pages_may_send_a_payer_where_payments_are_made_and_nowhere_else() -> None:
    online = {"demo": True, "pay_key": "api_test_invented", "pay_webhook_secret": "s"}
    assert config.Config(demo=True).pay_pages == []
    assert config.Config(**online).pay_pages == ["https://*.payments.service.gov.uk"]
    here = "http://127.0.0.1:8001"
    assert config.Config(**online, pay_url=here).pay_pages == [here]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("NOTIFY_KEY", "name-26785a09-ab16-4eb0-8407-a37497a57506", "is not a whole key"),
        ("NOTIFY_URL", "http://api.example.org", "must begin with https://"),
        ("NOTIFY_CALLBACK_TOKEN", "short", "32 characters or more"),
        ("NOTIFY_CALLBACK_TOKEN", "x" * 20 + " " + "x" * 20, "without spaces"),
        ("WEBHOOKS", "https://crm.example.org/events", "must look like"),
        ("WEBHOOKS", '["https://crm.example.org/events"]', "must look like"),
        ("WEBHOOKS", '{"http://crm.example.org/events": "%s"}' % ("x" * 32), "must begin with https://"),
        ("WEBHOOKS", '{"https://crm.example.org/events": "short"}', "32 characters or more"),
    ],
)
def test_senders_of_letters_and_events_are_checked(said, name: str, value: str, words: str) -> None:  # type: ignore[no-untyped-def]
    assert f"MAINSTAY_{name}: " in said(**{f"MAINSTAY_{name}": value})
    assert words in said(**{f"MAINSTAY_{name}": value})


def test_a_receiver_of_events_is_taken_with_its_secret(said, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    secret = "x" * 32
    assert said(MAINSTAY_WEBHOOKS=f'{{"https://crm.example.org/events": "{secret}"}}') == ""
    assert config.load().webhooks == {"https://crm.example.org/events": secret}


@pytest.mark.parametrize(("demo", "words"), [("true", ""), ("false", "must begin with https://")])
def test_only_the_demonstration_sends_events_within_this_machine_unencrypted(
    said, demo: str, words: str
) -> None:  # type: ignore[no-untyped-def]
    local = f'{{"http://127.0.0.1:9/events": "{"x" * 32}"}}'
    found = said(MAINSTAY_DEMO=demo, MAINSTAY_SECRET_KEY="x" * 40, MAINSTAY_WEBHOOKS=local)
    assert words in found and bool(found) == bool(words)
