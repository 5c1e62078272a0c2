DELETE FROM zip_pieces WHERE revision_id IN (SELECT u.revision_id FROM zip_uploads u WHERE u.began_at < @dead);
DELETE FROM zip_uploads WHERE began_at < @dead;
INSERT INTO zip_uploads (revision_id, began_at) VALUES (@revision_id, @now);
