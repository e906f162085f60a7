#include "shop.h"

/* Kinds of request.  Shares are per thousand requests; outcomes per hundred thousand. */
enum { KIND_SHARES = 1000, OUTCOME_SHARES = 100000 };

struct outcome {
	unsigned share, status;
};

struct kind {
	void (*uri)(struct shop *, struct buf *);
	const char *method;
	unsigned share, share_in_incident;
	unsigned median_us;
	unsigned bytes_least, bytes_span;
	const struct outcome *outcome;
	int is_order, is_probe;
};

struct choice {
	unsigned share;
	struct text text;
};

static struct text choose(struct dice *dice, const struct choice *choice, unsigned shares)
{
	unsigned at = dice_below(dice, shares);

	while (at >= choice->share)
		at -= choice++->share;
	return choice->text;
}

/* clang-format off */
static const struct text categories[] = {
	TEXT("shoes"), TEXT("boots"), TEXT("sandals"), TEXT("socks"), TEXT("shirts"),
	TEXT("jackets"), TEXT("coats"), TEXT("trousers"), TEXT("jeans"), TEXT("skirts"),
	TEXT("dresses"), TEXT("knitwear"), TEXT("hats"), TEXT("scarves"), TEXT("gloves"),
	TEXT("belts"), TEXT("bags"), TEXT("backpacks"), TEXT("watches"), TEXT("jewellery"),
	TEXT("sale"), TEXT("new-in"), TEXT("outdoor"), TEXT("running"), TEXT("cycling"),
	TEXT("swimming"), TEXT("climbing"), TEXT("kids"), TEXT("baby"), TEXT("home"),
	TEXT("kitchen"), TEXT("garden"),
};

static const struct text queries[] = {
	TEXT("red+shoes"), TEXT("rain+jacket"), TEXT("wool+socks"), TEXT("backpack+30l"),
	TEXT("running+shoes+size+43"), TEXT("gift+card"), TEXT("winter+boots"),
	TEXT("kids+swimwear"), TEXT("caf%C3%A9+mug"), TEXT("headlamp"), TEXT("linen+shirt"),
	TEXT("leather+belt"), TEXT("tent"), TEXT("gloves"), TEXT("%22trail+runner%22"),
	TEXT("hat"),
};

/* A path that ends in '/' goes on with a product's number. */
static const struct choice assets[] = {
	{ 20, TEXT("/static/css/main.3f2a1c9e.css") },
	{ 18, TEXT("/static/js/app.91bd20f7.js") },
	{ 12, TEXT("/static/js/vendor.c04e77aa.js") },
	{ 10, TEXT("/static/fonts/inter-latin-400.woff2") },
	{ 8, TEXT("/static/img/logo.svg") },
	{ 6, TEXT("/favicon.ico") },
	{ 26, TEXT("/static/img/p/") },
};
enum { ASSET_SHARES = 100 };

static const struct choice strays[] = {
	{ 30, TEXT("/robots.txt") },
	{ 20, TEXT("/sitemap.xml") },
	{ 25, TEXT("/wp-login.php") },
	{ 15, TEXT("/.env") },
	{ 10, TEXT("/blog/how-to-wash-wool") },
};
enum { STRAY_SHARES = 100 };

static const struct choice agents[] = {
	{ 26, TEXT("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
		"like Gecko) Chrome/131.0.0.0 Safari/537.36") },
	{ 24, TEXT("Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) "
		"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 "
		"Safari/604.1") },
	{ 22, TEXT("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
		"Gecko) Chrome/131.0.0.0 Mobile Safari/537.36") },
	{ 9, TEXT("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
		"(KHTML, like Gecko) Version/18.2 Safari/605.1.15") },
	{ 7, TEXT("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0") },
	{ 6, TEXT("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:134.0) Gecko/20100101 "
		"Firefox/134.0") },
	{ 4, TEXT("Mozilla/5.0 (compatible; Examplebot/2.1; "
		"+https://bot.example/about.html)") },
	{ 2, TEXT("curl/8.11.1") },
};
/* clang-format on */
enum { AGENT_SHARES = 100 };

static void put_product(struct shop *shop, struct buf *uri)
{
	PUT(uri, "/p/");
	put_number(uri, 10000 + dice_below(&shop->dice, 90000));
}

static void put_category(struct shop *shop, struct buf *uri)
{
	PUT(uri, "/c/");
	put_text(uri, categories[dice_below(&shop->dice, COUNT(categories))]);
}

static void put_campaign(struct buf *uri)
{
	PUT(uri,
	    "?utm_source=newsletter&utm_medium=email&utm_campaign=winter-sale"
	    "&utm_content=hero-banner-b&session=7d0c5d0e5a8f4d1f9f3b0a6d1c2e4b7a"
	    "&ref=https%3A%2F%2Fmail.example%2Finbox%2F1842%2Fopen");
}

static void uri_home(struct shop *shop, struct buf *uri)
{
	(void)shop;
	PUT(uri, "/");
}

static void uri_product(struct shop *shop, struct buf *uri)
{
	put_product(shop, uri);
	if (shop->wording == WORDY)
		put_campaign(uri);
	else if (dice_below(&shop->dice, 8) == 0)
		PUT(uri, "?ref=newsletter");
}

static void uri_category(struct shop *shop, struct buf *uri)
{
	put_category(shop, uri);
	if (dice_below(&shop->dice, 3) > 0)
		return;
	PUT(uri, "?page=");
	put_number(uri, 2 + dice_below(&shop->dice, 9));
}

static void uri_search(struct shop *shop, struct buf *uri)
{
	PUT(uri, "/search?q=");
	put_text(uri, queries[dice_below(&shop->dice, COUNT(queries))]);
}

static void uri_cart(struct shop *shop, struct buf *uri)
{
	(void)shop;
	PUT(uri, "/api/cart");
}

static void uri_checkout(struct shop *shop, struct buf *uri)
{
	(void)shop;
	PUT(uri, "/api/completePurchase");
}

static void uri_asset(struct shop *shop, struct buf *uri)
{
	put_text(uri, choose(&shop->dice, assets, ASSET_SHARES));
	if (uri->p[uri->n - 1] != '/')
		return;
	put_number(uri, 10000 + dice_below(&shop->dice, 90000));
	PUT(uri, ".webp");
}

static void uri_health(struct shop *shop, struct buf *uri)
{
	(void)shop;
	PUT(uri, "/healthz");
}

static void uri_stray(struct shop *shop, struct buf *uri)
{
	put_text(uri, choose(&shop->dice, strays, STRAY_SHARES));
}

/* clang-format off */
static const struct outcome page_outcomes[] = {
	{ 97140, 200 }, { 1800, 404 }, { 950, 304 }, { 60, 500 }, { 50, 503 },
};
static const struct outcome cart_outcomes[] = {
	{ 97900, 200 }, { 1500, 409 }, { 500, 422 }, { 60, 500 }, { 40, 503 },
};
static const struct outcome order_outcomes[] = {
	{ 97970, 201 }, { 1300, 402 }, { 700, 409 }, { 20, 500 }, { 10, 502 },
};
static const struct outcome asset_outcomes[] = {
	{ 61990, 200 }, { 37900, 304 }, { 100, 404 }, { 10, 500 },
};
static const struct outcome probe_outcomes[] = { { OUTCOME_SHARES, 200 } };
static const struct outcome stray_outcomes[] = { { 25000, 200 }, { 75000, 404 } };

static const struct kind kinds[] = {
	{ uri_home, "GET", 60, 40, 30000, 18000, 9000, page_outcomes, 0, 0 },
	{ uri_product, "GET", 270, 170, 42000, 9000, 30000, page_outcomes, 0, 0 },
	{ uri_category, "GET", 100, 60, 61000, 14000, 50000, page_outcomes, 0, 0 },
	{ uri_search, "GET", 90, 60, 95000, 3000, 40000, page_outcomes, 0, 0 },
	{ uri_cart, "POST", 60, 70, 38000, 120, 900, cart_outcomes, 0, 0 },
	{ uri_checkout, "POST", 100, 300, 180000, 180, 240, order_outcomes, 1, 0 },
	{ uri_asset, "GET", 260, 240, 1500, 800, 160000, asset_outcomes, 0, 0 },
	{ uri_health, "GET", 45, 45, 900, 2, 1, probe_outcomes, 0, 1 },
	{ uri_stray, "GET", 15, 15, 2200, 150, 2400, stray_outcomes, 0, 0 },
};
/* clang-format on */

static const struct kind *choose_kind(struct dice *dice, int in_incident)
{
	const struct kind *kind = kinds;
	unsigned at = dice_below(dice, KIND_SHARES);

	for (;; kind++) {
		const unsigned share = in_incident ? kind->share_in_incident : kind->share;

		if (at < share)
			return kind;
		at -= share;
	}
}

/* Middle quantiles of a log-normal curve with median 1 and sigma 0.5, in 64ths.  The highest one of
 * 64 is rolled again, which gives the long tail: one request in four hundred takes more than five
 * times the median. */
/* clang-format off */
static const unsigned char quantile[64] = {
	19, 24, 27, 29, 31, 32, 34, 35, 37, 38, 39, 40, 42, 43, 44, 45, 46, 47, 48, 50,
	51, 52, 53, 54, 55, 56, 57, 59, 60, 61, 62, 63, 65, 66, 67, 69, 70, 71, 73, 74,
	76, 77, 79, 81, 83, 85, 86, 89, 91, 93, 96, 98, 101, 104, 108, 112, 116, 121, 127,
	134, 143, 154, 173, 214,
};
/* clang-format on */

static uint64_t choose_took_us(struct dice *dice, unsigned median_us)
{
	unsigned at = dice_below(dice, 64);
	uint64_t us = (uint64_t)median_us * quantile[at] / 64;

	for (; at == 63 && us < 60000000; us = us * quantile[at] / 64)
		at = dice_below(dice, 64);
	return us + us * dice_below(dice, 256) / 1024;
}

static void choose_client(struct dice *dice, const struct kind *kind, struct buf *client)
{
	static const struct text net[] = { TEXT("192.0.2."), TEXT("198.51.100."),
		TEXT("203.0.113.") };

	if (kind->is_probe) {
		PUT(client, "10.42.0.1");
	} else if (dice_below(dice, 12) == 0) {
		PUT(client, "2001:db8:4f0:");
		put_number(client, 1000 + dice_below(dice, 9000));
		PUT(client, "::1f");
	} else {
		put_text(client, net[dice_below(dice, 3)]);
		put_number(client, 1 + dice_below(dice, 254));
	}
}

static void choose_referer(struct shop *shop, const struct kind *kind, struct buf *referer)
{
	const unsigned at = dice_below(&shop->dice, 100);

	if (kind->is_probe || shop->wording == TERSE || at < 22) {
		PUT(referer, "-");
		return;
	}
	if (at < 34) {
		PUT(referer, "https://search.example/");
		return;
	}
	PUT(referer, "https://shop.example");
	if (at < 60)
		put_category(shop, referer);
	else
		put_product(shop, referer);
	if (shop->wording == WORDY)
		put_campaign(referer);
}

static struct text choose_agent(struct shop *shop, const struct kind *kind)
{
	static const struct text probe = TEXT("kube-probe/1.31");
	static const struct text terse = TEXT("okhttp/4.12.0");
	static const struct text wordy =
	    TEXT("Mozilla/5.0 (Linux; Android 14; SM-S928B Build/UP1A.231005.007; wv) "
	         "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.135 Mobile "
	         "Safari/537.36 ShopExample/7.41.2 (build 90122; channel store; locale de-CH; "
	         "density 3.0; abi arm64-v8a)");

	if (kind->is_probe)
		return probe;
	if (shop->wording == USUAL)
		return choose(&shop->dice, agents, AGENT_SHARES);
	return shop->wording == TERSE ? terse : wordy;
}

static void choose_outcome(struct dice *dice, struct event *e, int in_incident)
{
	const struct outcome *outcome = e->kind->outcome;
	unsigned at = dice_below(dice, OUTCOME_SHARES);

	for (; at >= outcome->share; outcome++)
		at -= outcome->share;
	e->status = outcome->status;
	e->took_us = choose_took_us(dice, e->kind->median_us);
	if (in_incident && e->kind->is_order) {
		const int fails = dice_below(dice, 100) < 85;

		e->status = fails ? 502 : e->status;
		e->took_us = fails ? 1500000 + dice_below(dice, 28500000) : e->took_us * 3;
	}
	e->bytes = e->kind->bytes_least + dice_below(dice, e->kind->bytes_span);
	if (e->status == 304)
		e->bytes = 0;
	else if (e->status >= 400)
		e->bytes = 146 + e->status % 13;
}

void shop_event(struct shop *shop, struct event *e, int in_incident)
{
	e->client = (struct buf){ e->room[0], 0 };
	e->uri = (struct buf){ e->room[1], 0 };
	e->referer = (struct buf){ e->room[2], 0 };
	e->kind = choose_kind(&shop->dice, in_incident);
	e->method = e->kind->method;
	e->us = dice_below(&shop->dice, 1000000);
	choose_client(&shop->dice, e->kind, &e->client);
	e->kind->uri(shop, &e->uri);
	choose_referer(shop, e->kind, &e->referer);
	e->agent = choose_agent(shop, e->kind);
	choose_outcome(&shop->dice, e, in_incident);
}
