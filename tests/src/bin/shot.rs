//! Looks at the page: opens it, does what it is told in order, takes pictures, prints the console.
//!
//! `cargo run -q -p playground-tests --bin shot -- --help` says how.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;
use playground_tests::{Page, Server, Visit};

const HELP: &str = "\
Opens the built page in headless Chromium and takes pictures of it.

  cargo run -q -p playground-tests --bin shot -- [SETTING]… [STEP]…

Settings, before or among the steps:
  --dir FOLDER        the site (dist)          --prefix /a/b/     serve it there (/)
  --url-suffix TEXT   query and fragment       --url URL          another address instead
  --size WxH          viewport (1440x900)      --phone            390x844, touch, 2 device pixels
  --scale N           device pixels (1)        --touch            touch events
  --dark  --light     colour scheme            --still            reduced motion
  --patience SECONDS  longest wait (10)

Steps, done in order (a CSS selector waits up to 10 s for its element):
  --wait-for CSS      --wait MS                --wait-until JS    a body that returns true
  --click CSS         --tap CSS                --hover CSS
  --key NAME          ' ', ArrowRight, Shift+ArrowRight, ?, Tab
  --type TEXT         --drag X,Y:X,Y[:X,Y]…    --touch-drag X,Y:X,Y
  --goto SUFFIX       --reload                 --resize WxH
  --eval JS           prints what the body returns; promises are awaited
  --text CSS          prints its text          --axe              prints accessibility violations
  --shot FILE.png     --full-shot FILE.png     --out FILE.png     a last picture, even after a failed step

Example:
  shot --dark --wait-for main --click 'button[aria-label=\"Step\"]' --shot a.png --eval 'return document.title'
";

enum Step {
    WaitFor(String),
    Wait(u64),
    WaitUntil(String),
    Click(String),
    Tap(String),
    Hover(String),
    Key(String),
    Type(String),
    Drag(&'static str, Vec<(f64, f64)>),
    Goto(String),
    Reload,
    Resize(u32, u32),
    Eval(String),
    Text(String),
    Axe,
    Shot { path: PathBuf, is_full: bool },
}

struct Request {
    visit: Visit,
    folder: PathBuf,
    prefix: String,
    suffix: String,
    url: Option<String>,
    patience: Duration,
    steps: Vec<Step>,
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    let request = match parse() {
        Ok(Some(request)) => request,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shot: {error:#}");
            return ExitCode::from(2);
        }
    };
    match run(&request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shot: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(request: &Request) -> Result<()> {
    let server = match request.url {
        Some(_) => None,
        None => Some(Server::start(&request.folder, &request.prefix)?),
    };
    let address = |suffix: &str| match (&server, &request.url) {
        (Some(server), _) => server.url(suffix),
        (None, url) => format!("{}{suffix}", url.as_deref().unwrap_or_default()),
    };
    let mut page = Page::open(&request.visit, &address(&request.suffix))?;
    page.set_patience(request.patience);
    let done = request.steps.iter().try_for_each(|step| perform(step, &mut page, request.visit, &address));
    let shown = request.out.as_ref().map_or(Ok(()), |path| shoot(&page, path, false));
    for message in page.console()? {
        println!("[{}] {}", message.level, message.text);
    }
    done.and(shown)
}

fn perform(step: &Step, page: &mut Page, visit: Visit, address: &dyn Fn(&str) -> String) -> Result<()> {
    match step {
        Step::WaitFor(selector) => page.wait_for(selector),
        Step::Wait(ms) => {
            sleep(Duration::from_millis(*ms));
            Ok(())
        }
        Step::WaitUntil(script) => page.wait_until(script),
        Step::Click(selector) => page.click(selector),
        Step::Tap(selector) => page.tap(selector),
        Step::Hover(selector) => page.hover(selector),
        Step::Key(name) => page.key(name),
        Step::Type(text) => page.type_text(text),
        Step::Drag(pointer, points) => page.drag_as(pointer, points),
        Step::Goto(suffix) => page.goto(&address(suffix)),
        Step::Reload => page.reload(),
        Step::Resize(width_px, height_px) => page.become_viewer(&visit.sized(*width_px, *height_px)),
        Step::Eval(script) => {
            println!("{}", page.eval(script)?);
            Ok(())
        }
        Step::Text(selector) => {
            println!("{}", page.text(selector)?);
            Ok(())
        }
        Step::Axe => {
            for v in page.axe_violations()? {
                println!("{} ({}): {}\n  {}", v.rule, v.impact, v.help, v.elements.join("\n  "));
            }
            Ok(())
        }
        Step::Shot { path, is_full } => shoot(page, path, *is_full),
    }
}

fn shoot(page: &Page, path: &Path, is_full: bool) -> Result<()> {
    page.save_picture(path, is_full)?;
    println!("saved {}", path.display());
    Ok(())
}

fn parse() -> Result<Option<Request>> {
    let mut request = Request {
        visit: Visit::wide(),
        folder: "dist".into(),
        prefix: "/".to_owned(),
        suffix: String::new(),
        url: None,
        patience: Duration::from_secs(10),
        steps: Vec::new(),
        out: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        let Long(name) = argument else { return Err(argument.unexpected().into()) };
        let name = name.to_owned();
        if name == "help" {
            print!("{HELP}");
            return Ok(None);
        }
        if flag(&mut request, &name) {
            continue;
        }
        let value = arguments.value().with_context(|| format!("--{name}"))?.string()?;
        valued(&mut request, &name, value)?;
    }
    Ok(Some(request))
}

/// Takes an option without a value; says whether it was one.
fn flag(request: &mut Request, name: &str) -> bool {
    let visit = &mut request.visit;
    match name {
        "dark" => visit.is_dark = true,
        "light" => visit.is_dark = false,
        "still" => visit.is_still = true,
        "touch" => visit.is_touch = true,
        "phone" => {
            let phone = Visit::phone();
            *visit = Visit { is_dark: visit.is_dark, is_still: visit.is_still, ..phone };
        }
        "reload" => request.steps.push(Step::Reload),
        "axe" => request.steps.push(Step::Axe),
        _ => return false,
    }
    true
}

/// Takes an option with its value.
fn valued(request: &mut Request, name: &str, value: String) -> Result<()> {
    let step = match name {
        "dir" => return set(&mut request.folder, value.into()),
        "prefix" => return set(&mut request.prefix, value),
        "url-suffix" => return set(&mut request.suffix, value),
        "url" => return set(&mut request.url, Some(value)),
        "out" => return set(&mut request.out, Some(value.into())),
        "patience" => {
            let seconds = value.parse().context("--patience wants whole seconds")?;
            return set(&mut request.patience, Duration::from_secs(seconds));
        }
        "scale" => return set(&mut request.visit.scale, value.parse().context("--scale wants a number")?),
        "size" => {
            let (width_px, height_px) = size(&value)?;
            let visit = request.visit.sized(width_px, height_px);
            return set(&mut request.visit, visit);
        }
        "wait-for" => Step::WaitFor(value),
        "wait" => Step::Wait(value.parse().context("--wait wants milliseconds")?),
        "wait-until" => Step::WaitUntil(value),
        "click" => Step::Click(value),
        "tap" => Step::Tap(value),
        "hover" => Step::Hover(value),
        "key" => Step::Key(value),
        "type" => Step::Type(value),
        "drag" => Step::Drag("mouse", points(&value)?),
        "touch-drag" => Step::Drag("touch", points(&value)?),
        "goto" => Step::Goto(value),
        "resize" => {
            let (width_px, height_px) = size(&value)?;
            Step::Resize(width_px, height_px)
        }
        "eval" => Step::Eval(value),
        "text" => Step::Text(value),
        "shot" => Step::Shot { path: value.into(), is_full: false },
        "full-shot" => Step::Shot { path: value.into(), is_full: true },
        other => bail!("unknown option --{other}; --help lists them"),
    };
    request.steps.push(step);
    Ok(())
}

fn set<T>(place: &mut T, value: T) -> Result<()> {
    *place = value;
    Ok(())
}

fn size(text: &str) -> Result<(u32, u32)> {
    let (width, height) = text.split_once('x').context("a size is WIDTHxHEIGHT, like 1440x900")?;
    Ok((width.parse().context("bad width")?, height.parse().context("bad height")?))
}

fn points(text: &str) -> Result<Vec<(f64, f64)>> {
    let point = |pair: &str| -> Result<(f64, f64)> {
        let (x, y) = pair.split_once(',').context("a point is X,Y")?;
        Ok((x.trim().parse()?, y.trim().parse()?))
    };
    let points = text.split(':').map(point).collect::<Result<Vec<_>>>()?;
    ensure!(points.len() >= 2, "a drag needs two points, X,Y:X,Y");
    Ok(points)
}
