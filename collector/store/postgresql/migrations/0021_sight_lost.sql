-- What is refused of a scope that could be read before, or that came later than its tenant's first scan: the permission,
-- or the type where none is named; empty where nothing is.
ALTER TABLE scope ADD COLUMN lost TEXT NOT NULL DEFAULT '';
UPDATE scope SET lost = CASE WHEN permission = '' THEN type ELSE permission END
WHERE planned = 1 AND unseen = 'denied' AND last_complete IS NOT NULL;
CREATE INDEX scope_lost ON scope (tenant, account) WHERE lost <> '';

-- What is outside the EER under an adequacy decision is a kind of its own: findings that are open become of that kind, for
-- nothing moved. Where sight was lost beside it nobody knows; the next judgement says.
UPDATE finding SET kind = 'data_outside_eea_adequate'
WHERE state = 'open' AND kind = 'data_outside_eea' AND subject_kind = 'asset' AND EXISTS (
    SELECT 1 FROM asset AS a WHERE a.tenant = finding.tenant AND a.asset_id = finding.subject
        AND a.location_class = 'outside_eea_adequate');
