#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (cabut_fuzz::target("filing").run)(bytes);
});
