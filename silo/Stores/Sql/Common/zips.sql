-- name: zip_add
INSERT INTO zip_pieces (revision_id, piece, data) VALUES (@revision_id, @piece, @data);

-- name: zip_begin
DELETE FROM zip_pieces WHERE revision_id IN (SELECT u.revision_id FROM zip_uploads u WHERE u.began_at < @dead);
DELETE FROM zip_uploads WHERE began_at < @dead;
INSERT INTO zip_uploads (revision_id, began_at) VALUES (@revision_id, @now);

-- name: zip_read
SELECT data FROM zip_pieces WHERE revision_id = @revision_id AND piece = @piece;
