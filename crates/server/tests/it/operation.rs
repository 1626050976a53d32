//! What whoever runs the house asks.

use app::job::{self, Enqueue};

use crate::browser::{Browser, open, place};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_given_up_is_tried_again_from_its_page() {
    let place = place(open()).await;
    let house = &place.house;
    let id = job::enqueue(house, Enqueue::now("sweep", "")).await.unwrap().unwrap();
    let mut tx = house.store.begin().await.unwrap();
    let now = house.now();
    let row = tx.take_job(&["sweep"], "w", now + job::LEASE, now).await.unwrap().unwrap();
    assert!(tx.bury_job(&id, row.fence, "the <disk> is full", now).await.unwrap());
    tx.commit().await.unwrap();
    for (lang, title, kind) in
        [("en", "Background work", "Tidying up"), ("fr", "Travaux en arrière-plan", "Rangement")]
    {
        let page = Browser::new(&place, lang).get("/jobs").await;
        assert_eq!(page.status, 200);
        for text in [title, kind, "the &lt;disk&gt; is full", id.as_str()] {
            assert!(page.body.contains(text), "no {text} in {}", page.body);
        }
        assert!(!page.body.contains("Unknown localization"));
    }
    let mut browser = Browser::new(&place, "en");
    let csrf = browser.get("/jobs").await.hidden("csrf");
    assert_eq!(browser.post("/jobs", &[("csrf", "00"), ("id", id.as_str())]).await.status, 403);
    let done = browser.post("/jobs", &[("csrf", &csrf), ("id", id.as_str())]).await;
    assert_eq!(done.header("location"), "/jobs?again=1", "{}", done.body);
    assert_eq!(job::list(house, "dead", 5).await.unwrap().len(), 0);
    let again = browser.post("/jobs", &[("csrf", &csrf), ("id", id.as_str())]).await;
    assert!(again.status == 200 && again.body.contains("Background work"), "{}", again.body);
    let mut elsewhere = Browser::new(&place, "en");
    elsewhere.headers.push(("x-forwarded-for", "203.0.113.9".to_owned()));
    assert_eq!(elsewhere.get("/jobs").await.status, 403, "it is the house's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_told_apart_and_every_answer_is_numbered() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    for (path, word) in [("/health", "ok"), ("/health/live", "alive"), ("/health/ready", "ready")] {
        let told = browser.get(path).await;
        assert_eq!(told.status, 200, "{path}");
        assert!(told.body.contains(&format!("\"status\":\"{word}\"")), "{}", told.body);
        assert_eq!(told.header("x-request-id").len(), 16, "{path}");
    }
    let told = browser.get("/metrics").await;
    assert!(told.body.contains("route=\"/health/live\",status=\"200\"} 1"), "{}", told.body);
    // Where the database is gone the process lives and is not ready.
    place.house.store.close().await;
    let mut statuses = Vec::new();
    for path in ["/health", "/health/live", "/health/ready"] {
        statuses.push(browser.get(path).await.status.as_u16());
    }
    assert_eq!(statuses, [503, 200, 503]);
}
