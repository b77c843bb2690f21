-- Addresses at which what one asker may see is read without a certificate (see docs/decisions/0034). Of the token in an
-- address its SHA-256 is kept, in hexadecimal. It counts while the asker of this role, organisation and name has a
-- certificate that is neither revoked nor expired, and until it is withdrawn.
CREATE TABLE feed (
    digest       TEXT PRIMARY KEY,
    feed_id      TEXT NOT NULL,
    role         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    name         TEXT NOT NULL,
    created      BIGINT NOT NULL,
    withdrawn    BIGINT
);
CREATE UNIQUE INDEX feed_named ON feed (feed_id);

-- A notification is asked for by its identifier.
CREATE INDEX notification_named ON notification (notification_id);
