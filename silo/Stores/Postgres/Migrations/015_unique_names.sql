-- People point at users, and at their clusters, by name. Of those that share one, the oldest keeps it; the others get their id behind it.
UPDATE users SET name = name || ' (' || id || ')'
WHERE EXISTS (SELECT 1 FROM users o WHERE o.name = users.name AND o.id < users.id);
UPDATE clusters SET name = name || ' (' || id || ')'
WHERE EXISTS (SELECT 1 FROM clusters o WHERE o.user_id = clusters.user_id AND o.name = clusters.name AND o.id < clusters.id);

CREATE UNIQUE INDEX users_by_name ON users (name);
CREATE UNIQUE INDEX clusters_by_name ON clusters (user_id, name);
