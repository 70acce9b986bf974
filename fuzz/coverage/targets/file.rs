#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (cabut_fuzz::target("file").run)(bytes);
});
