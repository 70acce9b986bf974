-- An upload that is taken back or was never used: 2 until its bytes are erased, and only then gone. Its row is the one
-- thing that knows where the bytes lie.
CREATE INDEX removed_documents ON documents (uploaded_at) WHERE attached = 2;
CREATE TRIGGER only_loose_documents_are_handed_in BEFORE INSERT ON case_documents
WHEN (SELECT attached FROM documents WHERE id = NEW.document) = 2
BEGIN
    SELECT RAISE(ABORT, 'the document was removed');
END;
