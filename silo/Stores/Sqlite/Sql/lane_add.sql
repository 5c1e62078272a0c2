INSERT INTO lanes (cluster_id, code_id, labels, project_id, code_name)
VALUES (@cluster_id, @code_id, @labels, @project_id, @code_name)
ON CONFLICT (cluster_id, code_id, labels) DO UPDATE SET labels = lanes.labels
RETURNING id;
