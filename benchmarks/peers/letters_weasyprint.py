"""The penalty notice through WeasyPrint, as somebody who lays out letters in HTML would write it."""

from pathlib import Path
from typing import Any

import jinja2
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

STYLE = """
@page { size: A4; margin: 18mm 20mm 17mm 20mm;
  @bottom-left { content: string(foot); font-size: 8.5pt; width: 100% }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font-size: 8.5pt; white-space: nowrap } }
body { font: 10pt/1.3 "Open Sans"; margin: 0 }
h1 { font-size: 17pt; color: #0b2a33; margin: 0 0 2mm; string-set: foot attr(data-foot) }
h2 { font-size: 12pt; color: #0b2a33; margin: 3mm 0 1.5mm; break-after: avoid }
p { margin: 0 0 1.5mm }
ul { margin: 0 0 1.5mm; padding-left: 5mm }
.head { height: 77mm; position: relative }
.head .us { font-size: 15pt; font-weight: bold; color: #0b2a33 }
.to { position: absolute; left: 5mm; top: 23mm }
.from { position: absolute; right: 0; top: 0; width: 65mm; font-size: 9.5pt }
table { border-collapse: collapse; width: 100%; margin: 0 0 2mm }
th, td { text-align: left; vertical-align: top; padding: 2pt 5pt; border-bottom: 0.4pt solid #7a8a90 }
.under { font-size: 8.5pt }
.halves { display: flex; gap: 6mm; font-size: 9pt }
.help { border: 0.5pt solid #7a8a90; border-left: 3pt solid #0b2a33; padding: 9pt 10pt; break-inside: avoid }
"""
FACE = '@font-face {{ font-family: "Open Sans"; font-weight: {weight}; src: url("{url}") }}'

TEXT = """<!doctype html><html lang="en-GB"><head><title>{{ title }}</title></head><body>
{%- set law = "Education and Inspections Act 2006, section 105" if kind == "excluded" else "Education Act 1996, section 444A" -%}
<div class="head"><div class="us">{{ sender.name }}</div><div>{{ sender.service }}</div>
<div class="from"><p>{{ sender.address | join("<br>" | safe) }}</p><p>{{ sender.contact }}</p>
<p><b>Our reference</b><br>{{ reference }}</p><p><b>Date</b><br>{{ dated }}</p></div>
<div class="to">{{ addressee.name }}<br>{{ addressee.address | join("<br>" | safe) }}</div></div>
<h1 data-foot="{{ sender.name }}. Our reference: {{ reference }}">Penalty notice:
{% if kind == "excluded" %}excluded child in a public place{% else %}failure to attend school{% endif %}</h1>
<p class="under">{{ law }}. Number of this notice: {{ reference }}</p>
<p>Dear {{ addressee.name }},</p>
{% if kind == "excluded" %}<p>This notice is about your child {{ child }}, who was excluded from {{ school }}. {{ child }} was
in a public place during school hours {{ period }}, within the first {{ excluded_days }} school days of the exclusion. You had
been told in writing which days these were, and we know of no reason that justifies it. A parent commits an offence under
section 103 of the Education and Inspections Act 2006 when this happens. We believe that you have committed it.</p>
{% else %}<p>This notice is about your child {{ child }}, a registered pupil of compulsory school age at {{ school }}. {{ child }}
did not attend school regularly {{ period }}. A parent whose child does not attend regularly commits an offence under section
444(1) of the Education Act 1996. We believe that you have committed it.</p>{% endif %}
<p><b>You can pay a penalty instead of going to court.</b> Payment in time discharges your liability for this offence: you
cannot be taken to court for it.</p>
<h2>What to pay, and until when</h2>
<table><thead><tr><th>Pay</th><th>If you pay</th></tr></thead>
<tbody>{% for row in sums %}<tr><td><b>{{ row.pounds }}</b></td><td>{{ row.when }}</td></tr>{% endfor %}</tbody></table>
<p>We count this notice as received on <b>{{ received_on }}</b>, unless you show us otherwise. You have {{ full_days }} days to
pay, and that day is the first of them. The last day is <b>{{ full_until }}</b>.</p>
{% if position == "first" %}<p>This is the first notice to you for {{ child }} in {{ years }} years. A second one costs more from its
first day. After {{ limit }} notices in {{ years }} years there is no further notice: we would have to consider other steps, such as
going to court.</p>
{% elif position == "second" %}<p>This is the second notice to you for {{ child }} in {{ years }} years, so the sum is the same
however early you pay. After {{ limit }} notices in {{ years }} years there is no further notice: we would have to consider other
steps, such as going to court.</p>{% endif %}
<h2>How to pay</h2>
<ul><li>On the internet: go to <b>{{ pay_online }}</b> and give the number of the notice, <b>{{ reference }}</b>.</li>
{% for way in other_ways %}<li>{{ way }}</li>{% endfor %}</ul>
<p>Pay the whole sum at once: we cannot take a part of it, or instalments. It is paid to {{ payee }},
{{ sender.address | join(", ") }}. Letters about this notice go to the same address; give its number, {{ reference }}.</p>
<h2>If you do not pay</h2>
<p>After {{ full_until }} we can no longer take payment. We then have to do one of two things: take you to court for the
offence itself, or withdraw this notice. A court can impose a fine that is higher than this penalty.</p>
<h2>If you think this notice is wrong</h2>
<p>There is no right of appeal against this notice. But write to us or call us, and we will look at it again. We withdraw a
notice if</p>
<ul><li>it ought not to have been issued; this includes a notice that does not keep to our code of conduct,</li>
<li>it ought not to have been issued to you, or</li><li>it contains material errors.</li></ul>
<p>We must also withdraw it if you do not pay and we do not take you to court. If we withdraw it, we tell you in writing and
pay back anything you have paid.</p>
<h2>Particulars</h2>
<table><thead><tr><th>What</th><th>In this notice</th></tr></thead><tbody>
<tr><td><b>Offence</b></td><td>{% if kind == "excluded" %}Excluded child in a public place during school hours: Education and
Inspections Act 2006, section 103{% else %}Failure of a registered pupil to attend school regularly: Education Act 1996, section
444(1){% endif %}</td></tr>
<tr><td><b>When</b></td><td>{{ period[0] | upper }}{{ period[1:] }}</td></tr>
<tr><td><b>Issued to</b></td><td>{{ addressee.name }}, {{ addressee.address | join(", ") }}</td></tr>
<tr><td><b>Child</b></td><td>{{ child }}, {{ addressee.address | join(", ") }}</td></tr>
<tr><td><b>School</b></td><td>{{ school }}</td></tr>
<tr><td><b>Issued on</b></td><td>{{ dated }}</td></tr>
<tr><td><b>Issued by</b></td><td>{{ signed_by }}, {{ signed_post }}. {{ authority }}</td></tr></tbody></table>
{% if kind == "excluded" %}<h2>Where {{ child }} was seen</h2>
<table><thead><tr><th>Day</th><th>Time</th><th>Place</th></tr></thead>
<tbody>{% for row in seen %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>
{% else %}<h2>The sessions we rely on</h2>
<p>A session is a morning or an afternoon. This notice relies on {{ sessions["count"] }}.</p>
{% set half = (sessions.rows | length + 1) // 2 if sessions.rows | length >= 6 else sessions.rows | length %}
<div class="halves">{% for rows in [sessions.rows[:half], sessions.rows[half:]] if rows %}
<table><thead><tr><th>Day</th><th>Morning</th><th>Afternoon</th></tr></thead>
<tbody>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>{% endfor %}</div>
<p>{% for letter, meaning in sessions.key %}<b>{{ letter }}</b>: {{ meaning }}{{ "; " if not loop.last }}{% endfor %}.</p>{% endif %}
<h2>If you need help</h2>
<p>{{ wording.support }}</p>
<p>{{ wording.sign_off }}</p><p style="margin-top: 6mm"><b>{{ signed_by }}</b><br>{{ signed_post }}</p>
<div class="help"><p><b>Large print, easy read or another language.</b> You can have this letter in large print, in easy read or
in another language, or have it read to you. It costs nothing: call or write to us, and give our reference {{ reference }}.</p>
<p><b>Who to call</b> {{ wording.contact }}</p><p>{{ sender.contact }}</p></div>
</body></html>"""


class Letters:
    """The template and the style sheet are read once; each letter is an HTML of its own."""

    def __init__(self, fonts: Path) -> None:
        self.template = jinja2.Environment(autoescape=True).from_string(TEXT)
        self.fonts = FontConfiguration()
        faces = [
            FACE.format(weight=weight, url=(fonts / f"OpenSans-{name}.ttf").as_uri())
            for name, weight in (("Regular", 400), ("Bold", 700))
        ]
        self.style = CSS(string="".join(faces) + STYLE, font_config=self.fonts)

    def make(self, values: dict[str, Any]) -> bytes:
        document = HTML(string=self.template.render(values))
        return bytes(
            document.write_pdf(
                stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1", pdf_tags=True
            )
        )
