#![cfg(feature = "offices")]
#[test]
fn smoke() {
    for p in workflow::procedure::offices().iter() { println!("{} {}", p.office.id, p.steps.len()); }
    let text = include_str!("data/sumber-1.toml");
    workflow::procedure::Procedure::parse("sumber-1.toml", text).map_err(|f| f.iter().map(|f| f.to_string()).collect::<Vec<_>>()).expect("valid");
}
