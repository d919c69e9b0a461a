//! The page as a reader meets it, mounted in a real browser.
#![cfg(target_arch = "wasm32")]

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use playground_core::recipe::Recipe;
use playground_core::registry::catalogue;
use playground_web::app::App;
use playground_web::dom;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};
use yew::{AppHandle, Renderer};

wasm_bindgen_test_configure!(run_in_browser);

/// The page at an address, in a place of its own.
struct Page {
    root: Element,
    app: AppHandle<App>,
}

impl Page {
    async fn open(query_and_fragment: &str) -> Self {
        playground_web::shelf::stock(catalogue());
        dom::replace_address(&format!("{}{query_and_fragment}", dom::address()));
        let root = dom::document().create_element("div").expect("an element");
        dom::document().body().expect("a body").append_child(&root).expect("room");
        let app = Renderer::<App>::with_root(root.clone()).render();
        let page = Self { root, app };
        page.appears(".readout b").await;
        pause(100).await;
        page
    }

    fn find(&self, selector: &str) -> HtmlElement {
        let found = self.root.query_selector(selector).expect("a selector");
        found.unwrap_or_else(|| panic!("nothing is {selector}")).unchecked_into()
    }

    /// Waits until something is drawn: on a busy machine that may take a while.
    async fn appears(&self, selector: &str) {
        for _ in 0..100 {
            if self.root.query_selector(selector).expect("a selector").is_some() {
                return;
            }
            pause(50).await;
        }
        panic!("nothing becomes {selector}");
    }

    /// Waits until something reads so: a step glides for a while, longer on a busy machine.
    async fn comes_to_read(&self, selector: &str, wanted: &str) {
        for _ in 0..100 {
            if self.text(selector) == wanted {
                return;
            }
            pause(50).await;
        }
        panic!("{selector} reads {}, not {wanted}", self.text(selector));
    }

    fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default()
    }

    async fn click(&self, selector: &str) {
        self.find(selector).click();
        pause(400).await;
    }

    fn close(self) {
        self.app.destroy();
        self.root.remove();
        dom::replace_address(&dom::address());
    }
}

async fn pause(ms: u32) {
    let waited = Promise::new(&mut |resolve, _| {
        Timeout::new(ms, move || drop(resolve.call0(&wasm_bindgen::JsValue::NULL))).forget();
    });
    let _ = JsFuture::from(waited).await;
}

#[wasm_bindgen_test]
async fn it_opens_paused_in_the_first_scenario() {
    let page = Page::open("").await;
    let first = &catalogue()[0];
    assert_eq!(page.text("h1"), format!("{} · {}", first.meta.title, first.scenarios[0].title));
    assert_eq!(page.text(".journey .primary .word"), "Play");
    page.close();
}

#[wasm_bindgen_test]
async fn step_goes_one_further_and_back_undoes_it() {
    let page = Page::open("").await;
    let opened = page.text(".readout b").parse::<u64>().expect("a step");
    page.click(".journey .step").await;
    page.comes_to_read(".readout b", &(opened + 1).to_string()).await;
    page.click(".journey .press:nth-child(2)").await;
    page.comes_to_read(".readout b", &opened.to_string()).await;
    page.close();
}

#[wasm_bindgen_test]
async fn a_bad_link_opens_the_first_run_and_is_kept_for_a_report() {
    for link in ["v1.garbage", "v9.AAAA", "%F0%9F", "v1.", "v1z.!!!!"] {
        let page = Page::open(&format!("#{link}")).await;
        assert!(page.text(".notice.trouble p").starts_with("This link can't be opened: "), "{link}");
        assert!(page.text("h1").contains(catalogue()[0].meta.title));
        assert!(page.root.query_selector(".notice .exhibit").expect("a selector").is_some());
        page.close();
    }
}

#[wasm_bindgen_test]
async fn a_malformed_setting_is_said_and_the_page_is_never_blank() {
    let page = Page::open("?speed=fast&theme=neon").await;
    let notices = page.root.query_selector_all(".notice.trouble").expect("a selector");
    assert_eq!(notices.length(), 1);
    let said = page.text(".notice.trouble p");
    assert!(said.contains("speed=fast (wanted") && said.contains("theme=neon (wanted"), "{said}");
    assert_eq!(page.text(".speed-words"), "slow 1:30");
    page.close();
}

#[wasm_bindgen_test]
async fn a_link_opens_the_run_at_its_step() {
    let recipe = Recipe { seed: 7, length: 20, ..Recipe::new(catalogue()[0].meta.slug) };
    let page = Page::open(&format!("?step=12#{}", recipe.to_link())).await;
    assert_eq!(page.text(".readout span:first-child"), "step 12 of 20");
    assert_eq!(page.text(".origin .seed .word"), "Seed 7");
    page.close();
}

#[wasm_bindgen_test]
async fn nothing_stands_in_a_style_attribute() {
    let page = Page::open("").await;
    let styled = page.root.query_selector_all("[style]").expect("a selector");
    assert_eq!(styled.length(), 0, "the page's policy forbids it");
    page.close();
}

#[wasm_bindgen_test]
async fn every_protocol_and_scenario_opens_with_an_inspector_and_an_event_list() {
    for entry in catalogue() {
        for scenario in entry.scenarios {
            let run = playground_web::run::Run::scenario(entry, scenario.id).expect("a scenario opens");
            let page = Page::open(&format!("?step={}#{}", run.frame.step, run.link())).await;
            page.appears(".inspected").await;
            page.appears(".event-list").await;
            if run.frame.step > 0 {
                // Which rows are drawn depends on the style sheet's heights, and these tests load none.
                page.appears(".event").await;
            }
            page.close();
        }
    }
}
