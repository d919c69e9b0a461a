//! The site opens, wherever it lies, and has nothing to complain about.

use playground_tests::Visit;

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_page_opens_without_a_word_in_the_console() {
    Visit::wide().run("smoke", "", |page| {
        page.wait_for("#page > *")?;
        page.screenshot("smoke")
    });
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn the_same_folder_works_under_a_sub_path() {
    Visit::wide().run_under("/some/sub/path/", "sub-path", "", |page| page.wait_for("#page > *"));
}

#[test]
#[ignore = "needs a browser and a built site: cargo xtask test"]
fn a_phone_is_390_pixels_wide() {
    Visit::phone().dark().still().run("phone", "", |page| {
        page.wait_for("#page > *")?;
        assert_eq!(page.eval("return innerWidth")?, 390);
        let is_dark_and_still = "return matchMedia('(prefers-color-scheme: dark)').matches && \
                                 matchMedia('(prefers-reduced-motion: reduce)').matches";
        assert_eq!(page.eval(is_dark_and_still)?, true);
        page.screenshot("smoke-phone-dark")
    });
}
