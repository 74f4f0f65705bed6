"""The template library `ui`: {% load ui %}."""

from django import template

from kpiweb.ui import badges, fields, links, times, words

register = template.Library()

register.simple_tag(badges.icon)
register.simple_tag(badges.badge)
register.simple_tag(badges.status_badge)
register.simple_tag(badges.waiting_badge)
register.simple_tag(badges.band)
register.filter(badges.score)
register.simple_tag(times.when, takes_context=True)
register.filter(times.duration)
register.filter(times.in_words)
register.simple_tag(words.paragraphs)
register.filter("paragraphs", words.paragraphs)
register.simple_tag(fields.field)
register.simple_tag(fields.error_summary)
register.simple_tag(fields.hidden_fields)
register.simple_tag(links.sign_in_url, takes_context=True)
