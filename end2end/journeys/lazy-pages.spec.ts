import { Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

for (const [email, path] of [
  ['courier@demo.test', '/courier'],
  ['admin@demo.test', '/admin'],
  ['clerk@demo.test', '/desk'],
] as const) {
  test(`${path} loads its own chunk when it is opened directly`, async ({ page }) => {
    await signIn(page, email);
    const chunks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/pkg/split_')) chunks.push(request.url());
    });
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(chunks.length).toBeGreaterThan(0);
  });
}

test('a customer downloads neither the courier’s nor the admin’s code', async ({ page }) => {
  await signIn(page, 'customer@demo.test');
  const chunks: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pkg/split_')) chunks.push(request.url());
  });
  await open(page, '/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(chunks.filter((chunk) => !chunk.includes('home_page'))).toEqual([]);
});

test('a courier’s phone keeps the code of their page and of nobody else’s', async ({ page, request }) => {
  await signIn(page, 'courier@demo.test');
  const worker = await (await request.get('/service-worker.js')).text();
  expect(worker).toContain('split_courier_page_');
  expect(worker).not.toMatch(/split_(admin|desk|home|book)_page_/);
});

test('the first file holds no words of the courier’s page', async ({ page, request }) => {
  await open(page, '/sign-in');
  const first = await page.locator('link[href*="/pkg/porchlight."][href$=".wasm"]').first().getAttribute('href');
  const words = (await (await request.get(first ?? '')).body()).toString('latin1');
  // A class of every page, and one that only the courier's chunk refers to: see `SPLIT_ROOM` in frontend.
  expect(words).toContain('section-title');
  expect(words).not.toContain('stop__');
  expect(words).not.toContain('service-worker');
});

test('what happens until the code of a page has come is shown then', async ({ page, server }) => {
  await signIn(page, 'customer2@demo.test');
  let [ask, send] = [() => {}, () => {}];
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const sent = new Promise<void>((resolve) => (send = resolve));
  await page.route(/split_.*home_page/, async (route) => {
    ask();
    await sent;
    await route.continue();
  });
  await page.goto('/', { waitUntil: 'commit' });
  await asked;
  await Parcel.loaded(server.url, 'customer2@demo.test', 'courier@demo.test', 'A late parcel');
  await expect(page.getByText('A late parcel')).toHaveCount(0);
  send();
  await expect(page.getByText('A late parcel')).toBeVisible();
});

test('bundle files may be cached for ever, pages may not', async ({ page, request }) => {
  await open(page, '/sign-in');
  const bundle = await page.locator('link[rel=modulepreload]').first().getAttribute('href');
  const asset = await request.get(bundle ?? '');
  expect(asset.headers()['cache-control']).toContain('immutable');
  const document = await request.get('/sign-in');
  expect(document.headers()['cache-control'] ?? '').not.toContain('immutable');
});
