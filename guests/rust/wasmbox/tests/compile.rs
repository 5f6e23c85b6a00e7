//! What the macros accept compiles without a warning; what they refuse is refused where it is, with the right words.
//!
//! Each file in `compile-fail` says what is expected of it, as rustc's own tests do: `//~ ERROR sentence` for an error of
//! ours in its line, `//~ RUSTC part` for one of the compiler's that contains this, `//~^` for the line above, and so on.
//! Other errors are not accepted. The files are compiled by rustc directly, against this crate as cargo built it for this
//! test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the compiled dependencies are: the test itself is among them.
fn dependencies() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().to_path_buf()
}

/// The newest file of a compiled crate. Cargo built it for this test just now, or found it up to date.
fn library(name: &str) -> String {
    let prefix = format!("lib{}-", name);
    let newest = std::fs::read_dir(dependencies())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let file = path.file_name().unwrap().to_string_lossy();
            let library = [".rlib", ".so", ".dylib"]
                .iter()
                .any(|end| file.ends_with(end));
            file.starts_with(&prefix) && library
        })
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    let newest = newest.unwrap_or_else(|| panic!("cargo built no {}", name));
    format!("{}={}", name, newest.display())
}

/// The errors and warnings of a compilation: line and text.
fn compile(file: &Path) -> BTreeSet<(usize, String)> {
    let output = std::env::temp_dir().join(format!(
        "wasmbox-compile-{}-{}",
        std::process::id(),
        file.file_stem().unwrap().to_string_lossy()
    ));
    std::fs::create_dir_all(&output).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let result = Command::new(rustc)
        .args(["--edition", "2021", "--crate-type", "lib"])
        .args(["--emit", "metadata", "--error-format", "short"])
        .arg("--out-dir")
        .arg(&output)
        .arg("-L")
        .arg(dependencies())
        .args(["--extern", &library("wasmbox")])
        .args(["--extern", &library("serde")])
        .args(["--extern", &library("serde_derive")])
        .arg(file)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&output).unwrap();
    let messages = String::from_utf8(result.stderr).unwrap();
    let place = format!("{}:", file.display());
    let found: BTreeSet<(usize, String)> = messages
        .lines()
        .filter_map(|message| {
            let mut parts = message.strip_prefix(&place)?.splitn(3, ':');
            let line = parts.next()?.parse().ok()?;
            parts.next()?;
            Some((line, parts.next()?.trim().to_string()))
        })
        .collect();
    assert_eq!(found.is_empty(), result.status.success(), "{}", messages);
    found
}

#[derive(Debug)]
struct Expectation {
    line: usize,
    text: String,
    ours: bool,
}

impl Expectation {
    fn is_met_by(&self, line: usize, text: &str) -> bool {
        self.line == line
            && if self.ours {
                text.strip_prefix("error: ") == Some(&self.text)
            } else {
                text.contains(&self.text)
            }
    }
}

/// What a file says that is expected of it.
fn expected(file: &Path) -> Vec<Expectation> {
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let (_, expectation) = line.split_once("//~")?;
            let mut words = expectation.splitn(3, ' ');
            let (up, whose, text) = (words.next()?, words.next()?, words.next()?);
            Some(Expectation {
                line: index + 1 - up.len(),
                text: text.to_string(),
                ours: match whose {
                    "ERROR" => true,
                    "RUSTC" => false,
                    other => panic!("{} in {}", other, file.display()),
                },
            })
        })
        .collect()
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn what_is_refused_is_refused_in_its_place() {
    let mut wrong = Vec::new();
    for file in files("compile-fail") {
        let expected = expected(&file);
        assert!(!expected.is_empty(), "{} expects nothing", file.display());
        let found = compile(&file);
        let matches = expected.len() == found.len()
            && expected.iter().all(|expectation| {
                found
                    .iter()
                    .any(|(line, text)| expectation.is_met_by(*line, text))
            });
        if !matches {
            wrong.push(format!(
                "{}\n  expected {:#?}\n  found {:#?}",
                file.display(),
                expected,
                found
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_accepted_compiles_without_warnings() {
    for file in files("compile-pass") {
        let found = compile(&file);
        assert!(found.is_empty(), "{}: {:#?}", file.display(), found);
    }
}
