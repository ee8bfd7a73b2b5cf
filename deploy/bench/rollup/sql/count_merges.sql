-- Background merges: they would take a core from whoever is measured next.
SELECT count() FROM system.merges
