//! PDFs.

use miniz_oxide::deflate::{
    compress_to_vec_zlib,
    core::{CompressorOxide, TDEFLFlush, compress},
};

use super::Bad;
use crate::Refusal;

/// What is refused wherever it stands: in words, as an entry of a dictionary, and why.
const PLANTS: [(&str, &str, Refusal); 38] = [
    ("a script that opens with it", "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", Refusal::Script),
    ("scripts by name", "/Names << /JavaScript << /Names [(a) 9 0 R] >> >>", Refusal::Script),
    ("a script alone", "/A << /JS 9 0 R >>", Refusal::Script),
    ("a form that is a program", "/AcroForm << /XFA [(template) 9 0 R] >>", Refusal::Script),
    ("what happens on closing", "/AA << /WC << /S /Named /N /Print >> >>", Refusal::Action),
    ("what happens on a key", "/Kid << /AA << /K 9 0 R >> >>", Refusal::Action),
    ("a program to start", "/OpenAction << /S /Launch /F (cmd.exe) >>", Refusal::Action),
    ("a program on a click", "/A << /S /Launch /Win << /F (calc.exe) >> >>", Refusal::Action),
    ("a form that is sent", "/A << /S /SubmitForm /F << /FS /URL /F (http://contoh.invalid) >> >>", Refusal::Action),
    ("data that are fetched", "/A << /S /ImportData /F (a.fdf) >>", Refusal::Action),
    ("another document", "/OpenAction << /S /GoToR /F (lain.pdf) /D [0 /Fit] >>", Refusal::Action),
    ("a document in a document", "/A << /S /GoToE /D (a) /T << /R /C /N (b) >> >>", Refusal::Action),
    ("a film to play", "/A << /S /Rendition /OP 0 >>", Refusal::Action),
    ("a film that is told to act", "/A << /S /RichMediaExecute /CMD << >> >>", Refusal::Action),
    ("a next action", "/A << /S /GoTo /D (a) /Next [<< /S /Launch /F (a) >>] >>", Refusal::Action),
    ("files by name", "/Names << /EmbeddedFiles << /Names [(a) 9 0 R] >> >>", Refusal::Embeds),
    ("a file", "/Kid << /Type /Filespec /EF << /F 9 0 R >> >>", Refusal::Embeds),
    ("a stream that is a file", "/Kid << /Type /EmbeddedFile >>", Refusal::Embeds),
    ("a pinned file", "/Kid << /Type /Annot /Subtype /FileAttachment >>", Refusal::Embeds),
    ("a folder of files", "/Collection << /View /T >>", Refusal::Embeds),
    ("a film", "/Kid << /Subtype /RichMedia >>", Refusal::Embeds),
    ("a thing in three dimensions that runs a script", "/Kid << /Type /3D /OnInstantiate 9 0 R >>", Refusal::Script),
    ("a thing in three dimensions", "/Kid << /Subtype /3D /3DD 9 0 R >>", Refusal::Embeds),
    ("a view in three dimensions", "/A << /S /GoTo3DView /TA 9 0 R /V 0 >>", Refusal::Action),
    ("a link to a script", "/A << /S /URI /URI (javascript:alert\\(1\\)) >>", Refusal::Action),
    ("an address to a script that opens with it", "/OpenAction << /S /URI /URI (JavaScript:alert) >>", Refusal::Action),
    ("an address of a program", "/OpenAction << /S /URI /URI (file:////jahat.invalid/x.exe) >>", Refusal::Action),
    ("an address of a program in digits", "/A << /S /URI /URI <66696c653a2f2f2f78> >>", Refusal::Action),
    ("an address of a file beside it", "/A << /S /URI /URI (lampiran.exe) >>", Refusal::Action),
    ("an address whose beginning is escaped", "/A << /S /URI /URI (\\146ile:///x) >>", Refusal::Action),
    ("an address that is told elsewhere", "/A << /S /URI /URI 9 0 R >>", Refusal::Opaque),
    ("a thread of another file", "/OpenAction << /S /Thread /F (\\\\jahat\\x.pdf) /D 0 >>", Refusal::Action),
    ("a page of another file", "/Kid << /Ref << /F 9 0 R /Page 0 >> >>", Refusal::Action),
    ("a film of old", "/Kid << /Subtype /Movie /Movie << /F 9 0 R >> >>", Refusal::Action),
    ("a sound", "/A << /S /Sound /Sound 9 0 R >>", Refusal::Action),
    ("a file's name", "/Kid << /Type /Filespec /F (//jahat.invalid/x) >>", Refusal::Action),
    ("a file's name by system", "/Kid << /F << /FS /URL >> >>", Refusal::Action),
    ("encryption", "/Encrypt << /Filter /Standard /V 4 >>", Refusal::Locked),
];

/// A document of one page. `tag` makes it another file.
pub fn tagged(tag: &str) -> Vec<u8> {
    Sheet { remark: tag.as_bytes(), ..Sheet::default() }.file()
}

/// A small document.
pub fn plain() -> Vec<u8> {
    Sheet::default().file()
}

/// A document with these bytes in a stream.
pub fn with_stream(bytes: &[u8]) -> Vec<u8> {
    Sheet { content: bytes, ..Sheet::default() }.file()
}

/// A document with more streams: entries of the dictionary, and bytes, of each.
pub fn with_streams(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let extra = streams.iter().map(|(entries, content)| stream(entries, content)).collect();
    Sheet { extra, ..Sheet::default() }.file()
}

/// A document with these bytes in a comment.
pub fn with_comment(bytes: &[u8]) -> Vec<u8> {
    Sheet { remark: bytes, ..Sheet::default() }.file()
}

pub(super) fn good() -> Vec<(&'static str, Vec<u8>)> {
    let usual = Sheet::default;
    let photo = super::jpeg::plain();
    let image = stream("/Type /XObject /Subtype /Image /Width 64 /Height 48 /Filter /DCTDecode", &photo);
    let noise: Vec<u8> = (0..40_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let link = "/Annots [<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://contoh.invalid/JS) >> >>]";
    let links = "/Annots [<< /Subtype /Link /F 4 /A << /URI (HTTP://contoh.invalid/F\\)) /S /URI >> >> \
        << /Subtype /Link /F 132 /A << /S/URI/URI(mailto:sri@contoh.invalid) >> >> \
        << /Subtype /Link /A << /S /URI /URI (tel:+62351000000) >> >> \
        << /Subtype /Link /A << /S /URI /URI <68747470733A2F2F636f6e746f682e696e76616c6964> >> >>]";
    let packed = |bytes: &[u8]| compress_to_vec_zlib(bytes, 6);
    let colour = "/Subtype /Image /Width 248 /Height 351 /ColorSpace [/ICCBased 9 0 R] /BitsPerComponent 8 /Filter";
    let pixels: Vec<u8> = noise.iter().copied().cycle().take(248 * 351 * 3).collect();
    let predicted: Vec<u8> = pixels.chunks(248 * 3).flat_map(|row| [&[1][..], row].concat()).collect();
    let both = "/Subtype /Image /Width 64 /Height 48 /Filter [/FlateDecode /DCTDecode]";
    let signed = "/AcroForm << /Fields [<< /FT /Sig /F 132 /V << /Type /Sig /Filter /Adobe.PPKLite \
        /ByteRange [0 10 20 30] /Contents <3082> >> >>] /SigFlags 3 >>";
    let sent = super::jpeg::photo();
    let photograph = stream("/Subtype /Image /Width 64 /Height 48 /Filter /DCTDecode", &sent);
    let metadata = b"<?xpacket begin='' id='W5M0'?><x:xmpmeta>Catatan /JavaScript</x:xmpmeta><?xpacket end='w'?>";
    vec![
        ("a scanner's page", Sheet { extra: vec![image.clone()], ..usual() }.file()),
        (
            "a scanner's pages, length given elsewhere",
            Sheet { content_length: "6 0 R", extra: vec![b"44".to_vec(), image], ..usual() }.file(),
        ),
        (
            "a scanner's page in black and white",
            Sheet { extra: vec![stream("/Subtype /Image /Filter /CCITTFaxDecode", &noise)], ..usual() }.file(),
        ),
        ("a scanner's page with lines that end the old way", carriage_returns(&plain())),
        ("a word processor's page in compressed objects", usual().packed(Packing::Usual)),
        (
            "a page that opens at its width",
            Sheet { catalog: "/OpenAction [3 0 R /FitH 842] /PageLayout /OneColumn", ..usual() }.file(),
        ),
        (
            "a page that opens at its width, in compressed objects",
            Sheet { catalog: "/OpenAction [3 0 R /XYZ null null 0] /Lang (id-ID)", ..usual() }.packed(Packing::Usual),
        ),
        (
            "a page that opens by an action of going there",
            Sheet { catalog: "/OpenAction 6 0 R", extra: vec![b"<< /S /GoTo /D [3 0 R /Fit] >>".to_vec()], ..usual() }
                .file(),
        ),
        ("a page with a link to the web", Sheet { page: link, ..usual() }.file()),
        ("a page with links of every kind that may be", Sheet { page: links, ..usual() }.file()),
        (
            "a page with a link whose base is told, as old writers do",
            Sheet { catalog: "/URI << /Base () >>", page: link, ..usual() }.file(),
        ),
        (
            "a page that is packed",
            Sheet { extra: vec![stream("/Filter /FlateDecode", &packed(&noise))], ..usual() }.file(),
        ),
        (
            "a page that is packed and written in letters",
            Sheet {
                extra: vec![stream("/Filter [/ASCII85Decode /FlateDecode]", &letters(&packed(&noise)))],
                ..usual()
            }
            .file(),
        ),
        (
            "a scanner's page whose pixels are packed",
            Sheet { extra: vec![stream(&format!("{colour} /FlateDecode"), &packed(&pixels))], ..usual() }.file(),
        ),
        (
            "a scanner's page whose pixels are differences and packed",
            Sheet {
                extra: vec![stream(
                    &format!("{colour} [/FlateDecode] /DecodeParms [<< /Predictor 15 /Colors 3 /Columns 248 >>]"),
                    &packed(&predicted),
                )],
                ..usual()
            }
            .file(),
        ),
        (
            "a scanner's page at 600 dpi, packed the old way",
            Sheet {
                extra: vec![stream("/Subtype /Image /Width 4960 /Height 7016 /Filter /LZWDecode", &noise)],
                ..usual()
            }
            .file(),
        ),
        (
            "a scanner's page that is packed once more",
            Sheet { extra: vec![stream(both, &packed(&photo))], ..usual() }.file(),
        ),
        (
            "a packed page that breaks off",
            Sheet { extra: vec![stream("/Filter /FlateDecode", &packed(&noise)[..1_000])], ..usual() }.file(),
        ),
        (
            "a page whose letters have names like a file's place",
            Sheet { extra: vec![b"<< /A 5 0 R /F 5 0 R /S 5 0 R /U 5 0 R >>".to_vec()], ..usual() }.file(),
        ),
        (
            "a page of which another view is told",
            Sheet { catalog: "/ViewerPreferences << /ViewArea /MediaBox /PrintArea /MediaBox >>", ..usual() }.file(),
        ),
        ("a page as large as can be", Sheet { page: "/MediaBox [-0.5 +0 14399. 14400.9]", ..usual() }.file()),
        ("a photo with place and camera", Sheet { extra: vec![photograph.clone()], ..usual() }.file()),
        ("a signed photo with place and camera", Sheet { catalog: signed, extra: vec![photograph], ..usual() }.file()),
        (
            "a page with words about scripts",
            Sheet { catalog: "/Lang (Skrip /JavaScript, /JS \\(dan /Launch\\) dilarang)", ..usual() }.file(),
        ),
        (
            "a page with drawn words about scripts",
            Sheet { content: b"BT /F1 12 Tf (Jangan pakai /JS atau /AA) Tj ET\n", ..usual() }.file(),
        ),
        (
            "a page with bytes of every kind",
            Sheet { extra: vec![stream("/Filter /JPXDecode", &noise)], ..usual() }.file(),
        ),
        (
            "a page whose letters have names like entries",
            Sheet { extra: vec![b"<< /Type /Encoding /Differences [65 /AA /EF 70 /JS /B] >>".to_vec()], ..usual() }
                .file(),
        ),
        (
            "a page with a name of escapes",
            Sheet { page: "/Resources << /Font << /Times#20New#20Roman 5 0 R >> >>", ..usual() }.file(),
        ),
        (
            "a page with its description",
            Sheet {
                catalog: "/Metadata 6 0 R",
                extra: vec![stream("/Type /Metadata /Subtype /XML", metadata)],
                ..usual()
            }
            .file(),
        ),
        (
            "a page with a structure",
            Sheet {
                catalog: "/MarkInfo << /Marked true >> /StructTreeRoot << /Type /StructTreeRoot /K [<< /S /P >>] >>",
                ..usual()
            }
            .file(),
        ),
        (
            "a form to fill in, without scripts",
            Sheet { catalog: "/AcroForm << /Fields [] /NeedAppearances true >>", ..usual() }.file(),
        ),
        ("a document that was saved twice", updated(&plain(), "<< /Type /Catalog /Pages 2 0 R /Lang (id) >>")),
        ("a document of the second version", Sheet { version: "2.0", ..usual() }.file()),
        ("a document that ends without a line", plain().trim_ascii_end().to_vec()),
        ("a document with zeros behind its end", [&plain()[..], &[0; 600]].concat()),
        ("a document with a remark behind its end", [&plain()[..], b"% dikirim lewat pemindai\n"].concat()),
    ]
}

pub(super) fn bad() -> Vec<Bad> {
    let mut all = Vec::new();
    for (what, plant, refusal) in PLANTS {
        let sheet = || Sheet { catalog: plant, ..Sheet::default() };
        let alone = format!("<< /Type /Catalog /Pages 2 0 R {plant} >>");
        for (how, bytes) in [
            ("", sheet().file()),
            (", its names escaped", escaped(plant)),
            (
                ", in an object that nothing names",
                Sheet { extra: vec![alone.clone().into_bytes()], ..Sheet::default() }.file(),
            ),
            (", saved later", updated(&plain(), &alone)),
            (", in compressed objects", sheet().packed(Packing::Usual)),
            (", in objects that are put together and not compressed", sheet().packed(Packing::None)),
            (", in compressed objects that do not say so", sheet().packed(Packing::Unnamed)),
        ] {
            all.push((format!("a PDF with {what}{how}"), bytes, refusal));
        }
    }
    for (what, entries, content, refusal) in streams() {
        all.push((format!("a PDF with {what}"), with_streams(&[(&entries, &content)]), refusal));
    }
    for (what, page, refusal) in [
        ("a page of a thousand million points", "/MediaBox [0 0 1000000000 1000000000]", Refusal::Bomb),
        ("a page of too many points in one direction", "/MediaBox [-7200 0 7201 842]", Refusal::Bomb),
        ("a page whose size is no number", "/MediaBox [0 0 1e9 1e9]", Refusal::Opaque),
        ("a page whose size is told elsewhere", "/MediaBox 9 0 R", Refusal::Opaque),
        ("a page of which a side is told elsewhere", "/MediaBox [0 0 9 0 R 842]", Refusal::Opaque),
    ] {
        all.push((format!("a PDF with {what}"), Sheet { page, ..Sheet::default() }.file(), refusal));
    }
    let without = |word: &str| String::from_utf8_lossy(&plain()).replace(word, "").into_bytes();
    for (what, bytes) in [
        ("nothing but a trailer", b"%PDF-1.4\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF".to_vec()),
        (
            "an empty catalog",
            b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF".to_vec(),
        ),
        (
            "pages that hold themselves and no page",
            b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Kids [2 0 R] /Count \
              1 >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF"
                .to_vec(),
        ),
        ("no catalog", without("/Type /Catalog")),
        ("no tree of pages", without("/Type /Pages")),
        ("no page", without("/Type /Page ")),
    ] {
        all.push((format!("a PDF with {what}"), bytes, Refusal::Damaged));
    }
    let hidden = "7 0 obj << /S /JavaScript /JS (app.alert) >> endobj";
    let text = format!("({hidden})");
    let cases: [(&str, Vec<u8>, Refusal); 32] = [
        (
            "an object in a text",
            Sheet { catalog: &format!("/Lang {text}"), ..Sheet::default() }.file(),
            Refusal::Opaque,
        ),
        ("an object in a comment", with_comment(hidden.as_bytes()), Refusal::Opaque),
        ("an object in a stream", with_stream(hidden.as_bytes()), Refusal::Opaque),
        (
            "an object in a stream, parted by comments",
            with_stream(b"7 %\n0 %\nobj %\n<< /S /Launch >>"),
            Refusal::Opaque,
        ),
        (
            "an object in bytes that are written in digits",
            Sheet { catalog: "/ID <2f /JS>", ..Sheet::default() }.file(),
            Refusal::Opaque,
        ),
        ("another PDF in a stream", with_stream(&plain()), Refusal::Opaque),
        (
            "compressed objects with a filter that is not known",
            Sheet::default().packed(Packing::Odd("/Filter /LZWDecode")),
            Refusal::Opaque,
        ),
        (
            "objects that are compressed twice",
            Sheet::default().packed(Packing::Odd("/Filter [/FlateDecode /FlateDecode]")),
            Refusal::Opaque,
        ),
        (
            "compressed objects with a filter named elsewhere",
            Sheet::default().packed(Packing::Odd("/Filter 5 0 R")),
            Refusal::Opaque,
        ),
        (
            "compressed objects of which each is a difference",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
            Refusal::Opaque,
        ),
        (
            "compressed objects that begin at two places",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode /First 1")),
            Refusal::Opaque,
        ),
        (
            "compressed objects that begin elsewhere",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode /First 9 0 R")),
            Refusal::Opaque,
        ),
        (
            "compressed objects whose dictionary is broken by a word",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode obj")),
            Refusal::Opaque,
        ),
        (
            "compressed objects whose dictionary opens a list",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode /W [")),
            Refusal::Opaque,
        ),
        (
            "compressed objects whose dictionary closes a list",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode ]")),
            Refusal::Opaque,
        ),
        (
            "compressed objects of which there are two numbers",
            Sheet::default().packed(Packing::Odd("/Filter /FlateDecode /N 1")),
            Refusal::Opaque,
        ),
        ("a dictionary that stays open", Sheet { catalog: "/X <<", ..Sheet::default() }.file(), Refusal::Opaque),
        ("a dictionary that is closed twice", Sheet { catalog: ">>", ..Sheet::default() }.file(), Refusal::Opaque),
        (
            "a script behind a bracket that closes nothing, in compressed objects",
            Sheet { catalog: "/X ] /A << /S /JavaScript >>", ..Sheet::default() }.packed(Packing::Usual),
            Refusal::Script,
        ),
        (
            "compressed objects of which one lies in a text of another",
            Sheet { catalog: "/Lang (", page: ")", ..Sheet::default() }.packed(Packing::Usual),
            Refusal::Opaque,
        ),
        ("compressed objects that overlap", Sheet::default().packed(Packing::Overlapping), Refusal::Opaque),
        ("compressed objects that are broken", Sheet::default().packed(Packing::Broken), Refusal::Damaged),
        ("compressed objects that are twenty megabytes", Sheet::default().packed(Packing::Bomb), Refusal::Bomb),
        (
            "a stream that one reader sees and another does not",
            [&plain()[..plain().len() - 6], b" stream /JS %%EOF"].concat(),
            Refusal::Opaque,
        ),
        ("a text without end", Sheet { catalog: "/Lang (id", ..Sheet::default() }.file(), Refusal::Damaged),
        (
            "a stream without end",
            String::from_utf8_lossy(&plain()).replace("endstream", "endst").into_bytes(),
            Refusal::Damaged,
        ),
        ("nothing but a header and an end", b"%PDF-1.4\n%%EOF\n".to_vec(), Refusal::Damaged),
        ("no end", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n".to_vec(), Refusal::Damaged),
        (
            "no beginning of its parts",
            String::from_utf8_lossy(&plain()).replace("/Root", "/Wurzel").into_bytes(),
            Refusal::Damaged,
        ),
        (
            "no place of its table",
            String::from_utf8_lossy(&plain()).replace("startxref", "start").into_bytes(),
            Refusal::Damaged,
        ),
        ("an object behind its end", [&plain()[..], b"9 0 obj\n<< >>\nendobj\n"].concat(), Refusal::Damaged),
        ("much behind its end", [plain(), vec![b'x'; 2_000]].concat(), Refusal::Damaged),
    ];
    all.extend(cases.into_iter().map(|(name, bytes, refusal)| (format!("a PDF with {name}"), bytes, refusal)));
    all.push((
        "a PDF with encryption, told at its end".into(),
        Sheet { trailer: "/Encrypt 9 0 R /ID [<61> <61>]", ..Sheet::default() }.file(),
        Refusal::Locked,
    ));
    all
}

/// Streams that are refused: what is wrong with it, entries of its dictionary, its bytes.
fn streams() -> Vec<(&'static str, String, Vec<u8>, Refusal)> {
    // Above what a stream may unpack to that is no picture.
    let bomb = zeros(68);
    let (letters, twice) = (letters(&bomb), compress_to_vec_zlib(&bomb, 6));
    let image = |entries: &str| format!("/Subtype /Image /Width 64 /Height 48 {entries}");
    let packed = "/Filter /FlateDecode";
    let small = compress_to_vec_zlib(b"q Q", 6);
    let noise = b"Permohonan".to_vec();
    vec![
        ("a page drawn by 68 megabytes", packed.into(), bomb.clone(), Refusal::Bomb),
        ("a page drawn by 68 megabytes in letters", "/Filter [/A85 /Fl]".into(), letters, Refusal::Bomb),
        ("a small picture of 68 megabytes", image("/Filter [/FlateDecode]"), bomb.clone(), Refusal::Bomb),
        ("a small picture of 68 megabytes, coded too", image("/Filter [/FlateDecode /DCTDecode]"), bomb, Refusal::Bomb),
        ("a stream that is packed twice", "/Filter [/FlateDecode /FlateDecode]".into(), twice, Refusal::Bomb),
        ("a stream packed in two ways", "/Filter [/LZWDecode /FlateDecode]".into(), noise.clone(), Refusal::Bomb),
        ("a stream in letters of letters", "/Filter [/A85 /AHx]".into(), noise.clone(), Refusal::Bomb),
        ("a picture that is packed behind", "/Filter [/DCTDecode /FlateDecode]".into(), noise.clone(), Refusal::Bomb),
        (
            "a picture of 100,000 by 100,000",
            format!("/Width 100000 /Height 100000 {packed}"),
            small.clone(),
            Refusal::TooManyPixels,
        ),
        (
            "a picture of 50 megapixels in black and white",
            "/W 5000 /H 10000 /Filter /JBIG2Decode".into(),
            noise.clone(),
            Refusal::TooManyPixels,
        ),
        (
            "a picture that is larger at second sight",
            image("/Width 2000000 /Filter /CCITTFaxDecode"),
            noise.clone(),
            Refusal::TooManyPixels,
        ),
        (
            "a coded picture that is larger than it is told",
            image("/Filter /DCTDecode"),
            super::jpeg::huge(),
            Refusal::TooManyPixels,
        ),
        (
            "a picture whose size is told elsewhere",
            format!("/Width 9 0 R /Height 48 {packed}"),
            small.clone(),
            Refusal::Opaque,
        ),
        (
            "a picture whose size is no number",
            format!("/Width 64. /Height 48 {packed}"),
            small.clone(),
            Refusal::Opaque,
        ),
        ("a stream whose packing is told elsewhere", "/Filter 9 0 R".into(), small.clone(), Refusal::Opaque),
        ("a stream whose packing is partly told elsewhere", "/Filter [9 0 R]".into(), small.clone(), Refusal::Opaque),
        ("a stream whose packing is not known", "/Filter /Crypt".into(), noise.clone(), Refusal::Opaque),
        ("a page that is packed the old way", "/Filter /LZWDecode".into(), noise.clone(), Refusal::Opaque),
        ("a stream that is not packed as it says", packed.into(), noise.clone(), Refusal::Damaged),
        ("a stream in letters that are none", "/Filter [/A85 /Fl]".into(), b"{{{{{~>".to_vec(), Refusal::Damaged),
        ("a stream that lies in a file", "/F (//jahat.invalid/x)".into(), small.clone(), Refusal::Action),
        ("a stream that lies in a file told elsewhere", "/F 9 0 R".into(), small, Refusal::Action),
    ]
}

/// So many megabytes of zeros, packed: the first, and again and again what the second is packed to. They break off.
pub fn zeros(megabytes: usize) -> Vec<u8> {
    let mut compressor = CompressorOxide::default();
    let mut next = || {
        let mut packed = vec![0; 8 * 1024];
        let (_, _, length) = compress(&mut compressor, &[0; 1024 * 1024], &mut packed, TDEFLFlush::Full);
        packed.truncate(length);
        packed
    };
    let (first, second) = (next(), next());
    [first, second.repeat(megabytes - 1)].concat()
}

/// In base 85.
fn letters(bytes: &[u8]) -> Vec<u8> {
    let mut letters = Vec::new();
    for group in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..group.len()].copy_from_slice(group);
        let number = u32::from_be_bytes(four);
        let digits = [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1].map(|power| number / power % 85);
        letters.extend(digits[..=group.len()].iter().map(|&digit| b'!' + u8::try_from(digit).unwrap_or_default()));
    }
    [letters, b"~>".to_vec()].concat()
}

/// A document of one page that is drawn by object 4 in the font of object 5; from 6 on come the extra ones.
struct Sheet<'a> {
    version: &'a str,
    remark: &'a [u8],
    catalog: &'a str,
    page: &'a str,
    content: &'a [u8],
    /// In place of the number of its bytes.
    content_length: &'a str,
    extra: Vec<Vec<u8>>,
    trailer: &'a str,
}

impl Default for Sheet<'_> {
    fn default() -> Self {
        let content = b"BT /F1 12 Tf 72 720 Td (Permohonan) Tj ET\n\n\n";
        Sheet {
            version: "1.5",
            remark: b"",
            catalog: "",
            page: "",
            content,
            content_length: "",
            extra: vec![],
            trailer: "",
        }
    }
}

/// How objects are put into a stream.
enum Packing {
    Usual,
    None,
    /// Without the word that says it.
    Unnamed,
    /// With these entries in place of the filter.
    Odd(&'static str),
    Overlapping,
    Broken,
    Bomb,
}

impl Sheet<'_> {
    /// Catalog, pages and page.
    fn tree(&self) -> [String; 3] {
        [
            format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalog),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {} >>", self.page),
        ]
    }

    fn drawn(&self) -> [Vec<u8>; 2] {
        let length = self.content.len().to_string();
        let length = if self.content_length.is_empty() { &length } else { self.content_length };
        let head = format!("<< /Length {length} >>\nstream\n");
        let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
        [[head.as_bytes(), self.content, b"\nendstream"].concat(), font.to_vec()]
    }

    fn begun(&self) -> Vec<u8> {
        let mut file = format!("%PDF-{}\n%\u{e2}\u{e3}\n", self.version).into_bytes();
        if !self.remark.is_empty() {
            file.extend([b"% ", self.remark, b"\n"].concat());
        }
        file
    }

    /// With a table of objects (7.5.4).
    fn file(&self) -> Vec<u8> {
        let mut file = self.begun();
        let tree = self.tree().map(String::into_bytes);
        let mut places = Vec::new();
        for object in tree.into_iter().chain(self.drawn()).chain(self.extra.iter().cloned()) {
            places.push(file.len());
            file.extend(format!("{} 0 obj\n", places.len()).bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let (table, size) = (file.len(), places.len() + 1);
        file.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
        places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
        let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R {} >>\nstartxref\n{table}\n%%EOF\n", self.trailer);
        file.extend(trailer.bytes());
        file
    }

    /// With the first three objects in a stream of objects (7.5.7), and a table that is a stream (7.5.8).
    fn packed(&self, how: Packing) -> Vec<u8> {
        let mut tree = self.tree();
        if let Packing::Bomb = how {
            tree[0].push_str(&" ".repeat(20_000_000));
        }
        let (mut header, mut objects) = (String::new(), String::new());
        for (at, object) in tree.iter().enumerate() {
            // In the middle of a name of the first one.
            let place = if let (Packing::Overlapping, 1..) = (&how, at) { 5 } else { objects.len() };
            header.push_str(&format!("{} {place} ", at + 1));
            objects.push_str(object);
            objects.push('\n');
        }
        let first = header.len();
        let together = (header + &objects).into_bytes();
        let mut content = compress_to_vec_zlib(&together, 6);
        let usual = "/Type /ObjStm /Filter /FlateDecode".to_owned();
        let entries = match how {
            Packing::Usual | Packing::Overlapping | Packing::Bomb => usual,
            Packing::Unnamed => "/Filter /FlateDecode".to_owned(),
            Packing::Odd(entries) => format!("/Type /ObjStm {entries}"),
            Packing::None => {
                content = together;
                "/Type /ObjStm".to_owned()
            }
            Packing::Broken => {
                content.truncate(content.len() / 2);
                usual
            }
        };
        let mut file = self.begun();
        let mut rows = vec![[0_u8, 0, 0, 0, 0xff]];
        rows.extend((0..3).map(|index| [2, 0, 0, 6, index]));
        let [drawn, font] = self.drawn();
        let packed = stream(&format!("{entries} /N 3 /First {first}"), &content);
        for (number, object) in [(4, drawn), (5, font), (6, packed)] {
            let place = u32::try_from(file.len()).expect("it is small").to_be_bytes();
            rows.push([1, place[1], place[2], place[3], 0]);
            file.extend(format!("{number} 0 obj\n").bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let table = file.len();
        let place = u32::try_from(table).expect("it is small").to_be_bytes();
        rows.push([1, place[1], place[2], place[3], 0]);
        let rows = compress_to_vec_zlib(&rows.concat(), 6);
        let entries = format!("/Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /Filter /FlateDecode {}", self.trailer);
        file.extend(b"7 0 obj\n");
        file.extend(stream(&entries, &rows));
        file.extend(format!("\nendobj\nstartxref\n{table}\n%%EOF\n").bytes());
        file
    }
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< {entries} /Length {} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// The first object anew, behind the file (7.5.6).
fn updated(file: &[u8], object: &str) -> Vec<u8> {
    let place = file.len();
    let object = format!("1 0 obj\n{object}\nendobj\n");
    let table = place + object.len();
    let rest = format!(
        "xref\n1 1\n{place:010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev 0 >>\nstartxref\n{table}\n%%EOF\n"
    );
    [file, object.as_bytes(), rest.as_bytes()].concat()
}

/// The document with this entry, of each of whose names a letter is written as its number.
fn escaped(entry: &str) -> Vec<u8> {
    let mut catalog = String::new();
    let mut letters = entry.chars().peekable();
    while let Some(letter) = letters.next() {
        catalog.push(letter);
        if letter == '/' && letters.peek().is_some_and(char::is_ascii_alphabetic) {
            let next = letters.next().unwrap_or_default();
            catalog.push_str(&format!("#{:02x}", u32::from(next)));
        }
    }
    Sheet { catalog: &catalog, ..Sheet::default() }.file()
}

fn carriage_returns(file: &[u8]) -> Vec<u8> {
    file.iter().map(|&byte| if byte == b'\n' { b'\r' } else { byte }).collect()
}
