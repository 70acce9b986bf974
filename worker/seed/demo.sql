-- Demo offices and people: all invented, for the development build and the tests. Running it again changes
-- nothing. `people.txt` is the same list for reading.

INSERT OR IGNORE INTO offices (id, bsre_email) VALUES
    ('madiun', 'bsre@contoh.invalid'),
    ('temanggung', 'bsre@contoh.invalid');

INSERT OR IGNORE INTO people (id, email, email_key, name, nip, created_at) VALUES
    ('demo-madiun-kadin', 'contoh.kadin@madiunkota.go.id', 'contoh.kadin@madiunkota.go.id', 'Bambang Contoh Wibowo, S.Sos., M.Si', '196903121994031001', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-kabid', 'contoh.kabid@madiunkota.go.id', 'contoh.kabid@madiunkota.go.id', 'Dra. Ratna Contoh Lestari, M.M', '197105201996022001', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-kasi', 'contoh.kasi@madiunkota.go.id', 'contoh.kasi@madiunkota.go.id', 'Suparno', '197808171999031002', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-verifikator-1', 'contoh.verifikator1@madiunkota.go.id', 'contoh.verifikator1@madiunkota.go.id', 'Nur''aini Contoh, S.Kom', '198809092012012001', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-verifikator-2', 'contoh.verifikator2@madiunkota.go.id', 'contoh.verifikator2@madiunkota.go.id', 'Dimas Contoh Prakoso, A.Md', '199501022024211003', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-bsre', 'petugas.satu@bsre.invalid', 'petugas.satu@bsre.invalid', 'Petugas Contoh BSrE Satu', NULL, '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-pimpinan', 'contoh.pimpinan@madiunkota.go.id', 'contoh.pimpinan@madiunkota.go.id', 'dr. Endah Contoh Permata, M.Kes', '197001011998032001', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-pegawai-1', 'contoh.pegawai1@madiunkota.go.id', 'contoh.pegawai1@madiunkota.go.id', 'Rina Contoh Ayu, S.E', '198503152010012003', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-pegawai-2', 'contoh.pegawai2@madiunkota.go.id', 'contoh.pegawai2@madiunkota.go.id', 'Tukiman', '196712311990031005', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-administrator', 'contoh.admin@madiunkota.go.id', 'contoh.admin@madiunkota.go.id', 'Sekar Contoh Anggraini, S.Kom', '199203112015032001', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-auditor', 'contoh.auditor@madiunkota.go.id', 'contoh.auditor@madiunkota.go.id', 'Hesti Contoh Wardani, S.E., Ak', '198002142006042003', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-auditor', 'contoh.auditor@temanggungkab.go.id', 'contoh.auditor@temanggungkab.go.id', 'Purnomo Contoh Adi, S.E', '198310092009011005', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-administrator', 'contoh.admin@temanggungkab.go.id', 'contoh.admin@temanggungkab.go.id', 'Bayu Contoh Nugraha, S.T', '199107222014021002', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-kadin', 'contoh.kadin@temanggungkab.go.id', 'contoh.kadin@temanggungkab.go.id', 'Ir. Joko Contoh Santoso, M.T', '196807041995031002', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-verifikator-1', 'contoh.verifikator1@temanggungkab.go.id', 'contoh.verifikator1@temanggungkab.go.id', 'Ma''ruf Contoh Hidayat, S.Kom., M.Kom', '198611232011011004', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-verifikator-2', 'contoh.verifikator2@temanggungkab.go.id', 'contoh.verifikator2@temanggungkab.go.id', 'Wulandari', '199204182023212005', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-bsre', 'petugas.dua@bsre.invalid', 'petugas.dua@bsre.invalid', 'Petugas Contoh BSrE Dua', NULL, '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-pimpinan', 'contoh.pimpinan@temanggungkab.go.id', 'contoh.pimpinan@temanggungkab.go.id', 'Drs. H. Slamet Contoh Raharjo, M.Pd', '196902281993031003', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-pegawai-1', 'contoh.pegawai1@temanggungkab.go.id', 'contoh.pegawai1@temanggungkab.go.id', 'Yuliana Contoh Dewi, S.Pd.SD', '197907302005012006', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-pegawai-2', 'contoh.pegawai2@surat.invalid', 'contoh.pegawai2@surat.invalid', 'Agus Contoh Nugroho, S.STP', '199008172014061001', '2024-01-01T00:00:00.000Z');

INSERT OR IGNORE INTO roles (person, office, actor, held_from) VALUES
    ('demo-madiun-kadin', 'madiun', 'kadin', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-kabid', 'madiun', 'kabid', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-kasi', 'madiun', 'kasi', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-verifikator-1', 'madiun', 'verifikator', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-verifikator-2', 'madiun', 'verifikator', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-bsre', 'madiun', 'bsre', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-pimpinan', 'madiun', 'pimpinan', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-administrator', 'madiun', 'administrator', '2024-01-01T00:00:00.000Z'),
    ('demo-madiun-auditor', 'madiun', 'auditor', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-auditor', 'temanggung', 'auditor', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-administrator', 'temanggung', 'administrator', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-kadin', 'temanggung', 'kadin', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-verifikator-1', 'temanggung', 'verifikator', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-verifikator-2', 'temanggung', 'verifikator', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-bsre', 'temanggung', 'bsre', '2024-01-01T00:00:00.000Z'),
    ('demo-temanggung-pimpinan', 'temanggung', 'pimpinan', '2024-01-01T00:00:00.000Z');
