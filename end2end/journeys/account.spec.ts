import { expect, open, signIn, test } from '../support/test';

test('a new customer signs up, changes the password and signs out', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/422/);
  const email = `new-${Date.now()}@example.org`;
  await open(page, '/sign-up');
  await page.getByLabel('Name').fill('</title><script>x</script> Ada');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('short');
  await page.locator('button[type=submit]').click();
  await expect(page.getByText('at least 12 characters').first()).toBeVisible();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === '/');

  await open(page, '/account');
  await expect(page.getByText('</title><script>x</script> Ada').first()).toBeVisible();
  await page.locator('input[name=current]').fill('wrong horse battery');
  await page.locator('input[name=new]').fill('another horse battery');
  const change = page.locator('form', { has: page.locator('input[name=current]') }).locator('button[type=submit]');
  await change.click();
  await expect(page.getByText('this is not your password')).toBeVisible();
  await page.locator('input[name=current]').fill('correct horse battery');
  await page.locator('input[name=new]').fill('another horse battery');
  await change.click();
  await expect(page.getByText('this is not your password')).toHaveCount(0);

  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL('**/sign-in');
  await signIn(page, email, 'another horse battery');
});

test('a wrong password is said next to the field', async ({ page, consoleErrors }) => {
  consoleErrors.expect(/422/);
  await open(page, '/sign-in');
  await page.getByLabel('E-mail').fill('customer@demo.test');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
});
