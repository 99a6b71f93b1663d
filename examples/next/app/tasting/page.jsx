// A page of React: who applies for the tasting is an adult. The button is a client component.
import { shop } from '../../lib/shop.js';
import { Apply } from './apply.jsx';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic'; // the address of PortOne's script is in the settings

export default function Tasting() {
  const { scripts } = shop().settings;
  return (
    <>
      <header className="top">
        <a className="wordmark" href="/">
          {/* biome-ignore lint/performance/noImgElement: a small SVG needs no optimiser */}
          <img src="/moon.svg" alt="" width="28" height="28" />
          여울술상
        </a>
      </header>
      <main>
        <aside className="scene" aria-hidden="true">
          <p className="verse">
            물 맑은 여울가,
            <br />
            달이 뜨면 술이 익습니다
          </p>
        </aside>
        <div className="card">
          <h1>시음회에 오세요</h1>
          <p className="lead">술을 맛보는 자리라 성인만 신청할 수 있어요. 본인인증으로 나이를 확인해요.</p>
          <script src={scripts.v2} async />
          <Apply />
          <p>
            <a className="button secondary" href="/">
              가게로 돌아가기
            </a>
          </p>
        </div>
      </main>
    </>
  );
}
