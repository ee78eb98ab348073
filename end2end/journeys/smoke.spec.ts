import { expectAccessible } from '../support/accessibility';
import { expect, open, test } from '../support/test';

// Each lazy URL is opened directly: hydration then has to wait for a chunk of its own.
for (const [path, title] of [
  ['/', 'Your deliveries'],
  ['/courier', "Today's run"],
  ['/admin', 'Operations'],
]) {
  test(`${path} is rendered, hydrated and accessible`, async ({ page }) => {
    await open(page, path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page).toHaveTitle(`${title} · Porchlight`);
    await expectAccessible(page);
  });
}

test('a customer downloads neither the courier nor the admin chunk', async ({ page }) => {
  const chunks: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/pkg/split_')) chunks.push(request.url());
  });
  await open(page, '/');
  expect(chunks).toEqual([]);
});

test('bundle files may be cached for ever, pages may not', async ({ page, request }) => {
  await open(page, '/');
  const bundle = await page.locator('link[rel=modulepreload]').first().getAttribute('href');
  const asset = await request.get(bundle ?? '');
  expect(asset.headers()['cache-control']).toContain('immutable');
  const document = await request.get('/');
  expect(document.headers()['cache-control'] ?? '').not.toContain('immutable');
});

test('an unknown address answers 404 with a way back', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/404/);
  const response = await page.goto('/no-such-page');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('link', { name: 'Back to your deliveries' })).toBeVisible();
});
