DELETE FROM cluster_tokens
WHERE id = @id AND cluster_id = @cluster_id
  AND EXISTS (SELECT 1 FROM cluster_tokens o WHERE o.cluster_id = @cluster_id AND o.id <> @id)
RETURNING id, hash;
UPDATE sessions
SET phase = 2
WHERE cluster_id = @cluster_id AND token_id = @id AND phase < 2
  AND NOT EXISTS (SELECT 1 FROM cluster_tokens t WHERE t.id = @id)
RETURNING id, credential_hash;
