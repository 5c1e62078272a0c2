SELECT sequence, hash
FROM launch_audit
WHERE account = @account
ORDER BY sequence DESC
LIMIT 1;
