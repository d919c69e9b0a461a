//! The panel of the history: the verdict, the bars, what is weaker; importing and exporting.

use super::{Recounting, Side, bars};
use crate::desk::{Ask, Desk};
use crate::icons::Icon;
use crate::late::desk_wire::{HISTORY, Wish};
use crate::late::wire::{Judged, Standing, Weaker};
use crate::tag::{button, div, tag, words};
use playground_core::linearizability::ModelKind;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The panel.
pub(crate) fn draw(desk: &Desk) -> Vec<Html> {
    let (history, ask) = (&desk.history, &desk.ask);
    let side = |side: Side, word: &'static str| {
        button("press", Ask::press(ask, Ask::History(Recounting::Side(side))))
            .truth("aria-pressed", history.side == side)
            .text(word)
            .done()
    };
    let judged = match history.side {
        Side::Run => history.run.as_ref(),
        Side::Import => history.imported.as_ref(),
        Side::Export => None,
    };
    let close = button("quiet", Ask::wish(ask, Wish::Close(HISTORY)))
        .set("aria-label", "Close the history")
        .put(Icon::Close.draw());
    let head = div("header", "history-head")
        .key(0)
        .put(words("h2", "What the clients saw"))
        .put(verdict(judged.map(AsRef::as_ref), history.is_waiting))
        .put(
            div("div", "press-row")
                .put(side(Side::Run, "This run"))
                .put(side(Side::Import, "Import"))
                .put(side(Side::Export, "Export")),
        )
        .put(close);
    let trouble = history.trouble.as_ref().map(|why| trouble(why));
    let mut all = vec![head.done()];
    match history.side {
        Side::Run => all.extend(trouble),
        Side::Import => all.push(import(desk, trouble)),
        Side::Export => {
            all.extend(trouble);
            all.extend(history.written.as_ref().map(|own| written(own, ask)));
        }
    }
    all.extend(judged.map(|judged| shown(desk, judged)).into_iter().flatten());
    all
}

fn trouble(why: &str) -> Html {
    div("p", "history-trouble")
        .key(1)
        .set("role", "alert")
        .set("id", "history-trouble")
        .text(why.to_owned())
        .done()
}

/// The verdict in a few words. It is a live region.
fn verdict(judged: Option<&Judged>, is_waiting: bool) -> Html {
    let (class, text) = match judged {
        None if is_waiting => ("verdict", "Judging"),
        None => ("verdict", ""),
        Some(judged) => match judged.standing {
            Standing::Explained => ("verdict explained", &*judged.verdict),
            Standing::Unexplained => ("verdict unexplained", &*judged.verdict),
            Standing::Empty | Standing::Unknown => ("verdict", &*judged.verdict),
        },
    };
    div("p", class).set("role", "status").text(text.to_owned()).done()
}

/// What a judged history looks like.
fn shown(desk: &Desk, judged: &Judged) -> Vec<Html> {
    let (before, after) = judged.left_out;
    let left_out = (before + after > 0).then(|| {
        let text = format!(
            "{} operations are drawn; {before} before them and {after} after are not.",
            judged.bars.len()
        );
        div("p", "fine").key(6).text(text).done()
    });
    let hint = (judged.standing == Standing::Empty && judged.is_run).then(|| {
        div("p", "fine")
            .key(7)
            .text("Select a client and ask something of it, or let clients be busy under Choose.")
            .done()
    });
    let mut all = vec![div("p", "because").key(4).text(judged.because.clone()).done()];
    all.extend(hint);
    if !judged.bars.is_empty() {
        let list = (!judged.weaker.is_empty())
            .then(|| div("ul", "weaker").key(2).all(judged.weaker.iter().map(weaker)));
        let body = div("div", "history-body").key(5).put(bars::figure(judged, &desk.ask)).put_if(list);
        all.push(body.done());
    }
    all.extend(left_out);
    if !judged.bars.is_empty() {
        all.push(bars::table(judged, &desk.ask));
    }
    all
}

fn weaker(own: &Weaker) -> Html {
    let (class, sign, said) = match own.holds {
        Some(true) => ("kept", "✓", " holds. "),
        Some(false) => ("not-kept", "✗", " does not hold. "),
        None => ("unknown", "?", " is not judged. "),
    };
    div("li", class)
        .put(div("span", "sign").set("aria-hidden", "true").text(sign))
        .put(tag("p").put(words("b", own.name.clone())).text(said).text(own.text.clone()))
        .done()
}

/// From outside: a model, a file or a text.
fn import(desk: &Desk, trouble: Option<Html>) -> Html {
    let (history, ask) = (&desk.history, &desk.ask);
    let on_model = ask.reform(|event: Event| {
        let picked = event.target_dyn_into::<HtmlSelectElement>().map_or(0, |select| select.selected_index());
        Ask::History(Recounting::Model(usize::try_from(picked).unwrap_or(0)))
    });
    let options = ModelKind::ALL
        .iter()
        .enumerate()
        .map(|(at, model)| tag("option").chosen(at == history.model).text(model.id()).done());
    let model = tag("select").set("id", "history-model").on_change(on_model).all(options);
    let asked = ask.clone();
    let on_file = Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let file = input.and_then(|input| input.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            asked.emit(Ask::History(Recounting::Chosen(file)));
        }
    });
    let file = tag("input")
        .set("type", "file")
        .set("id", "history-file")
        .set("aria-label", "A file with a history")
        .set("accept", ".edn,.jsonl,.json,.txt,.log")
        .on_change(on_file);
    let text = tag("textarea")
        .key(3)
        .set("id", "history-text")
        .set("rows", "4")
        .set("spellcheck", "false")
        .set("aria-label", "A history as text")
        .set_if(trouble.is_some(), "aria-describedby", "history-trouble")
        .set(
            "placeholder",
            "{:process 0, :type :invoke, :f :write, :value 3}\n{:process 0, :type :ok, :f :write, :value 3}",
        );
    let judge =
        button("press primary judge", Ask::press(ask, Ask::History(Recounting::Pasted))).text("Judge");
    div("div", "history-import")
        .key(2)
        .put(
            div("div", "press-row")
                .key(2)
                .put(tag("label").set("for", "history-model").text("Judge as"))
                .put(model)
                .put(judge)
                .put(file),
        )
        .put(text)
        .put_if(trouble)
        .put(
            div("p", "fine")
                .key(4)
                .text("Paste Jepsen’s EDN or JSON lines, or choose a file. Nothing leaves this browser."),
        )
        .done()
}

/// The run's own as text.
fn written((text, as_json): &(String, bool), ask: &Callback<Ask>) -> Html {
    let press = |class: &'static str, word: &'static str, asked: Recounting| {
        button(class, Ask::press(ask, Ask::History(asked))).text(word)
    };
    let form = |json: bool, word: &'static str| {
        press("press", word, Recounting::Write(json)).truth("aria-pressed", *as_json == json)
    };
    let area = tag("textarea")
        .set("id", "history-written")
        .set("readonly", "")
        .set("rows", "6")
        .set("aria-label", "The history of this run as text")
        .value(text.clone().into())
        .select_all();
    div("div", "history-import")
        .key(3)
        .put(
            div("div", "press-row")
                .put(form(false, "EDN"))
                .put(form(true, "JSON lines"))
                .put(press("press", "Copy", Recounting::Copy))
                .put(press("press", "Download", Recounting::Save)),
        )
        .put(area)
        .done()
}
