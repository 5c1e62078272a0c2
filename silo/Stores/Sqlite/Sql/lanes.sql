-- name: lane_add
INSERT INTO lanes (cluster_id, code_id, labels, project_id, code_name)
VALUES (@cluster_id, @code_id, @labels, @project_id, @code_name)
ON CONFLICT (cluster_id, code_id, labels) DO UPDATE SET labels = lanes.labels
RETURNING id;

-- name: lane_room
SELECT l.labels, c.code_id, MAX(c.most - c.taken, 0)
FROM lanes l
LEFT JOIN code_limits c ON c.code_id = l.code_id AND c.most > 0
WHERE l.id = @lane;
