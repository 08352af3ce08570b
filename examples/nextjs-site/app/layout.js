export const metadata = { title: 'A Next.js site on Slipway' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', margin: '4rem auto', maxWidth: '40rem' }}>{children}</body>
    </html>
  );
}
