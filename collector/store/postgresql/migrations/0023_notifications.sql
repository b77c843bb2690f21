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
    since        BIGINT NOT NULL,
    alone        BIGINT NOT NULL,
    told         BIGINT NOT NULL,
    level        BIGINT NOT NULL,
    total        BIGINT NOT NULL,
    standing     BIGINT NOT NULL,
    worst        TEXT NOT NULL,
    complete     BIGINT NOT NULL,
    PRIMARY KEY (route, group_id)
);
CREATE UNIQUE INDEX notification_group_key
    ON notification_group (route, organisation, kind, provider, cause);

-- A notification is gathered until its `next_attempt` comes, then it is what it is: `content`, JSON, stays as it was sent first.
-- `created` is when it was begun, then when it was closed.
CREATE TABLE notification (
    route           TEXT NOT NULL,
    notification_no BIGINT NOT NULL,
    notification_id TEXT NOT NULL,
    group_id        TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('gathering', 'due', 'delivered', 'dead')),
    created         BIGINT NOT NULL,
    content         TEXT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    next_attempt    BIGINT NOT NULL,
    last_error      TEXT NOT NULL DEFAULT '',
    delivered       BIGINT,
    taken_by        TEXT NOT NULL DEFAULT '',
    taken_until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (route, notification_no)
);
CREATE INDEX notification_open ON notification (route, notification_no) WHERE state IN ('gathering', 'due');
-- Whether an earlier one of a group is on its way.
CREATE INDEX notification_due ON notification (route, group_id) WHERE state = 'due';

-- Which notification tells an event; such an event has no delivery of its own on the route.
CREATE TABLE notification_member (
    route           TEXT NOT NULL,
    tenant          TEXT NOT NULL,
    event_no        BIGINT NOT NULL,
    notification_no BIGINT NOT NULL,
    PRIMARY KEY (route, event_no, tenant)
);
CREATE INDEX notification_member_of ON notification_member (route, notification_no, event_no);

-- Up to this event a route, when it was new, was told of what still stood.
ALTER TABLE route ADD COLUMN began BIGINT NOT NULL DEFAULT 0;
