INSERT INTO leases (task_id, attempt, losses, token, session_id, claim_key, until, lease_seconds, limit_code)
VALUES (@task_id, @attempt, @losses, @token, @session_id, @claim_key, @until, @lease_seconds, @limit_code);
