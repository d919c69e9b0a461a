//! A static file server on 127.0.0.1, as dumb as the hosts the page will live on.
//!
//! It serves one folder under one prefix and answers 404 to everything else, so a page that asks for `/app.js` where it
//! should ask for `./app.js` fails here as it would in a course's sub-folder.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// A running server. Its threads end with the process: they hold nothing worth tidying.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
}

impl Server {
    /// Serves `folder` under `prefix` (`/`, or `/some/sub/path/`) on a free port.
    ///
    /// # Errors
    /// If the folder has no `index.html`, the prefix is not framed by slashes, or no port is free.
    pub fn start(folder: &Path, prefix: &str) -> Result<Self> {
        Self::start_for(folder, prefix, false)
    }

    /// As [`Server::start`]; with `is_shared`, pages of every origin may read the files, as some hosts allow: also those in
    /// sandboxed frames, which have no origin.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_for(folder: &Path, prefix: &str, is_shared: bool) -> Result<Self> {
        ensure!(
            folder.join("index.html").is_file(),
            "no index.html in {}: build the page first with `cargo xtask build`",
            folder.display()
        );
        ensure!(
            prefix.starts_with('/') && prefix.ends_with('/'),
            "the prefix `{prefix}` must begin and end with a slash"
        );
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        let address = listener.local_addr()?;
        let (folder, own_prefix) = (folder.to_path_buf(), prefix.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, prefix) = (folder.clone(), own_prefix.clone());
                // A browser opens sockets ahead of need, so each one gets a thread and may stay silent.
                thread::spawn(move || answer_all(&stream, &folder, &prefix, is_shared));
            }
        });
        Ok(Self { address, prefix: prefix.to_owned() })
    }

    /// The page's address with `suffix` (a query, a fragment, a file) put after the prefix.
    #[must_use]
    pub fn url(&self, suffix: &str) -> String {
        format!("http://{}{}{suffix}", self.address, self.prefix)
    }
}

/// Answers the requests of one connection until the browser closes it.
fn answer_all(stream: &TcpStream, folder: &Path, prefix: &str, is_shared: bool) {
    let shared = if is_shared { "access-control-allow-origin: *\r\n" } else { "" };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let _ = stream.set_nodelay(true);
    let mut lines = BufReader::new(stream);
    while let Some((method, target)) = read_request(&mut lines) {
        let found = locate(folder, prefix, &target).and_then(|path| {
            let body = fs::read(&path).ok()?;
            Some((content_type(&path), body))
        });
        let (status, kind, body) = match found {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain; charset=utf-8", b"not found\n".to_vec()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: no-store\r\n{shared}\r\n",
            body.len()
        );
        let body = if method == "HEAD" { &[][..] } else { &body[..] };
        let mut out = stream;
        if out.write_all(head.as_bytes()).and_then(|()| out.write_all(body)).is_err() {
            return;
        }
    }
}

/// Method and target of the next request; `None` when the connection is over.
fn read_request(lines: &mut impl BufRead) -> Option<(String, String)> {
    let mut first = String::new();
    lines.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let request = (words.next()?.to_owned(), words.next()?.to_owned());
    loop {
        let mut header = String::new();
        if lines.read_line(&mut header).ok()? == 0 || header.trim().is_empty() {
            return Some(request);
        }
    }
}

/// The file a target names, if it lies under the prefix and stays inside the folder.
fn locate(folder: &Path, prefix: &str, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(prefix)?;
    if path.split('/').any(|part| part == "..") || path.contains(['\\', '%']) {
        return None;
    }
    let mut file = folder.join(path);
    if path.is_empty() || path.ends_with('/') {
        file.push("index.html");
    }
    file.is_file().then_some(file)
}

/// The type by extension. A wrong one for wasm costs the browser its streaming compilation.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_outside_the_prefix_or_the_folder_names_no_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = |target| locate(folder, "/sub/", target).is_some();
        assert!(found("/sub/Cargo.toml"));
        assert!(found("/sub/Cargo.toml?cached=no"));
        assert!(!found("/Cargo.toml"), "outside the prefix");
        assert!(!found("/sub/../tests/Cargo.toml"), "outside the folder");
        assert!(!found("/sub/nothing.here"));
    }

    #[test]
    fn wasm_is_served_as_wasm() {
        assert_eq!(content_type(Path::new("a/b.wasm")), "application/wasm");
    }
}
