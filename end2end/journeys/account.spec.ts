import { expect, open, reload, signIn, test } from '../support/test';

test('a new customer signs up', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/422/);
  await open(page, '/sign-up');
  await page.getByLabel('Name').fill('Ada Virta');
  await page.getByLabel('E-mail').fill(`ada-${Date.now()}@example.org`);
  const password = page.getByLabel('Password');
  await password.fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert').filter({ hasText: /at least 12/i })).toBeVisible();
  await password.fill('correct horse battery');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await expect(page.getByRole('heading', { name: 'Your deliveries' })).toBeVisible();
});

test('another password ends every other session', async ({ page, browser, server, consoleErrors }) => {
  consoleErrors.expect(/422/);
  const [old, next] = ['porchlight-demo', 'another horse battery'];
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const other = await elsewhere.newPage();
  await signIn(other, 'resident@demo.test', old);

  await signIn(page, 'resident@demo.test', old);
  await open(page, '/account');
  const sessions = page.getByRole('listitem').filter({ hasText: 'Last used' });
  await expect(sessions.filter({ hasText: 'This device' })).toHaveCount(1);
  await expect.poll(() => sessions.count()).toBeGreaterThan(1);

  const current = page.getByLabel('Current password');
  const change = page.getByRole('button', { name: 'Change password' });
  await current.fill('wrong horse battery');
  await page.getByLabel('New password').fill(next);
  await change.click();
  await expect(current).toHaveAttribute('aria-invalid', 'true');
  await expect(current).toHaveAccessibleDescription(/not your password/);

  await current.fill(old);
  await page.getByLabel('New password').fill(next);
  await change.click();
  await expect(page.getByText('Your password is changed, and every other device is signed out.')).toBeVisible();
  await expect(current).toHaveValue('');
  await other.goto('/account');
  await other.waitForURL(/\/sign-in/);
  await elsewhere.close();
  await reload(page);
  await expect(sessions).toHaveCount(1);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await signIn(page, 'resident@demo.test', next);
});

test('who mistypes the password at the entrance is told so', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/422/);
  await open(page, '/sign-in');
  await page.getByLabel('E-mail').fill('customer@demo.test');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /password/i })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
});
