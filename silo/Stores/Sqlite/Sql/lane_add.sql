INSERT INTO lanes (cluster_id, code_id, labels) VALUES (@cluster_id, @code_id, '')
ON CONFLICT (cluster_id, code_id, labels) DO UPDATE SET labels = lanes.labels
RETURNING id;
