import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { Api, Parcel } from '../support/api';
import { expect, test } from '../support/test';

/** Widths and heights on both sides of what decides: even and odd, above the words and beside them. */
const SCREENS = [
  { width: 390, height: 844 },
  { width: 375, height: 667 },
  { width: 413, height: 901 },
  { width: 1280, height: 800 },
  { width: 1367, height: 769 },
];

type Box = { left: number; top: number };
type Seen = { tiles: Record<string, Box>; marks: Record<string, Box>; bare: number };

/** Where tiles and marks are on the screen, and how many of the map's points show no tile. */
const look = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const box = (element: Element) => {
      const { left, top } = element.getBoundingClientRect();
      return { left, top };
    };
    const map = document.querySelector('.map')!.getBoundingClientRect();
    const pictures = [...document.querySelectorAll<HTMLImageElement>('.map img')].filter(
      (image) => image.naturalWidth > 0 && image.checkVisibility(),
    );
    const tiles = Object.fromEntries(pictures.map((image) => [new URL(image.currentSrc).pathname, box(image)]));
    const marks: Record<string, { left: number; top: number }> = {};
    for (const mark of ['.van__body', '.door__pin']) {
      const seen = [...document.querySelectorAll(mark)].filter((element) => element.checkVisibility());
      if (seen.length > 0) marks[mark] = box(seen[seen.length - 1]);
    }
    let bare = 0;
    for (let x = map.left + 1; x < map.right; x += 16) {
      for (let y = map.top + 1; y < map.bottom; y += 16) {
        const isCovered = Object.values(tiles).some(
          ({ left, top }) => x >= left && x < left + 256 && y >= top && y < top + 256,
        );
        if (!isCovered) bare += 1;
      }
    }
    return { tiles, marks, bare };
  });

/** A person's page, with or without script. */
async function visit(browser: Browser, url: string, email: string, options: BrowserContextOptions): Promise<Page> {
  const { token } = await Api.signIn(url, email);
  const context = await browser.newContext({ baseURL: url, ...options });
  await context.addCookies([{ name: 'porchlight_session', value: token, url }]);
  return context.newPage();
}

test('the map is there without script, and does not jump when it comes alive', async ({ browser, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier3@demo.test', 'A kite');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1712, 24.9445);

  for (const screen of SCREENS) {
    const size = `${screen.width} by ${screen.height}`;
    const still = await visit(browser, server.url, 'customer@demo.test', { viewport: screen, javaScriptEnabled: false });
    await still.goto(`/deliveries/${parcel.reference}`);
    await expect(still.locator('.map__first .van').filter({ visible: true })).toHaveCount(1);
    await expect.poll(async () => (await look(still)).bare, `points without a tile, ${size}`).toBe(0);
    const before = await look(still);
    expect(Object.keys(before.marks)).toEqual(['.van__body', '.door__pin']);
    await expect(still.locator('.route-line').filter({ visible: true })).toHaveCount(1);

    const alive = await visit(browser, server.url, 'customer@demo.test', { viewport: screen });
    const errors: string[] = [];
    alive.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await alive.goto(`/deliveries/${parcel.reference}`);
    await expect(alive.locator('.map__first > *'), 'Leaflet has taken over').toHaveCount(0);
    await expect.poll(async () => (await look(alive)).bare, `points without a tile, ${size}`).toBe(0);
    const after = await look(alive);
    expect(after.marks, `marks, ${size}`).toEqual(before.marks);
    const both = Object.keys(after.tiles).filter((tile) => tile in before.tiles);
    expect(both.length, size).toBeGreaterThan(1);
    for (const tile of both) expect(after.tiles[tile], `${tile}, ${size}`).toEqual(before.tiles[tile]);
    expect(errors).toEqual([]);
    await still.context().close();
    await alive.context().close();
  }
});

test('the map’s first view has the colours of the device, and nothing of a courier who is not shown', async ({
  browser,
  server,
}) => {
  const parcel = await Parcel.loaded(server.url, 'customer2@demo.test', 'courier2@demo.test', 'A drum');
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await visit(browser, server.url, 'customer2@demo.test', { javaScriptEnabled: false, colorScheme });
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/tiles/') && asked.push(request.url()));
    await page.goto(`/deliveries/${parcel.reference}`);
    await expect(page.locator('.map__first .door').filter({ visible: true })).toHaveCount(1);
    await expect(page.locator('.van, .courier-area, .route-line')).toHaveCount(0);
    await expect.poll(async () => (await look(page)).bare).toBe(0);
    expect(asked.filter((url) => !url.includes(`/tiles/${colorScheme}/`))).toEqual([]);
    await page.context().close();
  }
});

/** Stands before the server like a slow network: of a page it lets the first half through, the rest when it is told to. */
async function slowly(url: string, until: Promise<void>): Promise<HttpServer> {
  const network = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? '/', url));
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    const body = Buffer.from(await answer.arrayBuffer());
    const half = request.headers.accept?.includes('text/html') ? body.indexOf('</h1>') : 0;
    response.write(body.subarray(0, half));
    if (half > 0) await until;
    response.end(body.subarray(half));
  });
  await new Promise<void>((ready) => network.listen(0, '127.0.0.1', ready));
  return network;
}

test('a page whose end is still on its way is seen, and comes alive when it is whole', async ({ page, server }) => {
  let rest = () => {};
  const network = await slowly(server.url, new Promise((resolve) => (rest = resolve)));
  const code: string[] = [];
  page.on('request', (request) => request.url().includes('/pkg/porchlight.') && code.push(request.url()));
  try {
    const { port } = network.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/sign-in`, { waitUntil: 'commit' });
    await expect.poll(() => page.evaluate(() => performance.getEntriesByType('paint').length)).toBeGreaterThan(0);
    // Whoever waits for the paint is told before the second frame after it.
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    expect(code.filter((file) => /\.(js|wasm)$/.test(file))).toEqual([]);

    rest();
    await page.locator('body[data-hydrated]').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
  } finally {
    rest();
    network.closeAllConnections();
    network.close();
  }
});
