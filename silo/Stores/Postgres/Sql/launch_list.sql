SELECT id, credential_id, commit_hash, verdict, exit_code, attempt, job_number, created_at, started_at, ended_at, deadline, cost
FROM launches
WHERE account = @account AND id < @before
ORDER BY id DESC
LIMIT @most;
