export const metadata = { title: '여울술상', icons: '/moon.svg' };

export default function Layout({ children }) {
  return (
    <html lang="ko">
      <head>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>{children}</body>
    </html>
  );
}
