-- One after the other, so that two at once leave one token.
SELECT NULL AS id, NULL AS credential_hash FROM clusters WHERE id = @cluster_id FOR NO KEY UPDATE;
DELETE FROM cluster_tokens t
WHERE t.id = @id AND t.cluster_id = @cluster_id
  AND EXISTS (SELECT 1 FROM cluster_tokens o WHERE o.cluster_id = @cluster_id AND o.id <> @id)
RETURNING t.id, t.hash;
-- Rows are locked in the order of their ids, as a claim locks them.
UPDATE sessions s
SET phase = 2
FROM (
  SELECT o.id
  FROM sessions o
  WHERE o.cluster_id = @cluster_id AND o.token_id = @id AND o.phase < 2
    AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.id = @id)
  ORDER BY o.id
  FOR NO KEY UPDATE OF o) ended
WHERE s.id = ended.id
RETURNING s.id, s.credential_hash;
