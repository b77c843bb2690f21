"""Which events a route is told of, as conditions on the outbox `o`."""

from __future__ import annotations

from collector.store.base import Wanted
from wolkenzicht.model import Severity

# An organisation stands for itself and all below it, as they are when the delivery is made.
_OF_ORGANISATIONS = """
AND o.tenant IN (
    WITH RECURSIVE below AS (
        SELECT x.organisation FROM organisation AS x WHERE x.organisation IN ({values})
        UNION
        SELECT x.organisation FROM organisation AS x JOIN below AS y ON x.parent = y.organisation
    )
    SELECT t.tenant FROM tenant AS t JOIN below AS y ON y.organisation = t.organisation
)
"""

_OF_KINDS = """
AND EXISTS (SELECT 1 FROM finding AS k
            WHERE k.tenant = o.tenant AND k.finding_id = o.finding_id AND k.kind IN ({values}))
"""

# Nobody took it up, and it was not decided that it may stand; or the route was told of it and hears its end.
_UNATTENDED = """
AND (EXISTS (SELECT 1 FROM finding AS u
             WHERE u.tenant = o.tenant AND u.finding_id = o.finding_id AND u.state = 'open'
               AND u.acknowledged IS NULL AND u.exemption = '')
     OR EXISTS (SELECT 1 FROM outbox AS told CROSS JOIN delivery AS d
                WHERE told.tenant = o.tenant AND told.finding_id = o.finding_id
                  AND told.event_no < o.event_no AND d.tenant = told.tenant
                  AND d.event_no = told.event_no AND d.route = ?)
     OR EXISTS (SELECT 1 FROM outbox AS told CROSS JOIN notification_member AS m
                WHERE told.tenant = o.tenant AND told.finding_id = o.finding_id
                  AND told.event_no < o.event_no AND m.tenant = told.tenant
                  AND m.event_no = told.event_no AND m.route = ?))
"""


def severities(least: Severity) -> list[str]:
    """The severities from `least` on."""
    every = list(Severity)
    return [str(each) for each in every[every.index(least) :]]


def conditions(wanted: Wanted, route: str) -> tuple[str, list[list[str] | str]]:
    """What is asked beside the severity: text to append to a statement, and its values (`among`)."""
    text = ""
    values: list[list[str] | str] = []
    if wanted.organisations:
        text += _OF_ORGANISATIONS
        values.append(sorted(wanted.organisations))
    if wanted.kinds:
        text += _OF_KINDS
        values.append(sorted(str(kind) for kind in wanted.kinds))
    if wanted.after:
        text += _UNATTENDED
        values += [route, route]
    return text, values
