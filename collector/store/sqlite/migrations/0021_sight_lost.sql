-- What is refused of a scope that could be read before, or that came later than its tenant's first scan: the permission,
-- or the type where none is named; empty where nothing is.
ALTER TABLE scope ADD COLUMN lost TEXT NOT NULL DEFAULT '';
UPDATE scope SET lost = CASE WHEN permission = '' THEN type ELSE permission END
WHERE planned = 1 AND unseen = 'denied' AND last_complete IS NOT NULL;
CREATE INDEX scope_lost ON scope (tenant, account) WHERE lost <> '';
