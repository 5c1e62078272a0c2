INSERT INTO launches (
  account, id, credential_id, commit_hash, verdict, exit_code, attempt, job_number, created_at, started_at, ended_at, deadline, cost)
VALUES (
  @account, @id, @credential_id, @commit_hash, @verdict, @exit_code, @attempt, @job_number, @created_at, @started_at, @ended_at, @deadline, @cost)
ON CONFLICT (account, id) DO NOTHING;
