-- name: claimed
SELECT task_id, attempt, token
FROM leases
WHERE session_id = @session_id AND claim_key = @claim_key AND stopping = 0
ORDER BY task_id;
