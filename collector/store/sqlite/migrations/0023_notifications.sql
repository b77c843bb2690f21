-- Notifications that stand for many findings (see docs/decisions/0033): what of each route belongs together, and how it stands
-- there. `alone` events of it were told each for itself since `since`; `told` is when a notification of it was made last (0 where
-- none), `level` how long a pause follows, `total` and `standing` how many findings it told of and how many of them are open,
-- `worst` the gravest severity that was told, `complete` whether the end of what caused it was.
CREATE TABLE notification_group (
    route        TEXT NOT NULL,
    group_id     TEXT NOT NULL,
    organisation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    provider     TEXT NOT NULL,
    cause        TEXT NOT NULL,
    since        INTEGER NOT NULL,
    alone        INTEGER NOT NULL,
    told         INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    standing     INTEGER NOT NULL,
    worst        TEXT NOT NULL,
    complete     INTEGER NOT NULL,
    PRIMARY KEY (route, group_id)
);
CREATE UNIQUE INDEX notification_group_key
    ON notification_group (route, organisation, kind, provider, cause);

-- A notification is gathered until its `next_attempt` comes, then it is what it is: `content`, JSON, stays as it was sent first.
-- `created` is when it was begun, then when it was closed.
CREATE TABLE notification (
    route           TEXT NOT NULL,
    notification_no INTEGER NOT NULL,
    notification_id TEXT NOT NULL,
    group_id        TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('gathering', 'due', 'delivered', 'dead')),
    created         INTEGER NOT NULL,
    content         TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt    INTEGER NOT NULL,
    last_error      TEXT NOT NULL DEFAULT '',
    delivered       INTEGER,
    taken_by        TEXT NOT NULL DEFAULT '',
    taken_until     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (route, notification_no)
);
CREATE INDEX notification_open ON notification (route, notification_no) WHERE state IN ('gathering', 'due');
-- Whether an earlier one of a group is on its way.
CREATE INDEX notification_due ON notification (route, group_id) WHERE state = 'due';

-- Which notification tells an event; such an event has no delivery of its own on the route.
CREATE TABLE notification_member (
    route           TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    event_no        INTEGER NOT NULL,
    notification_no INTEGER NOT NULL,
    PRIMARY KEY (route, event_no)
);
CREATE INDEX notification_member_of ON notification_member (route, notification_no, event_no);

-- Up to this event a route, when it was new, was told of what still stood.
ALTER TABLE route ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
