// PortOne's documented Express code, V1: a token for each verification, no reuse, the certification read with axios.
import axios from 'axios';
import { measure, SETTINGS } from './measure.mjs';

const { url, impKey, impSecret, impUid } = SETTINGS;

await measure('documents axios (V1)', async () => {
  const getToken = await axios({
    url: `${url}/users/getToken`,
    method: 'post',
    headers: { 'Content-Type': 'application/json' },
    data: { imp_key: impKey, imp_secret: impSecret },
  });
  const { access_token } = getToken.data.response;
  const getCertifications = await axios({
    url: `${url}/certifications/${impUid}`,
    method: 'get',
    headers: { Authorization: access_token },
  });
  const certificationsInfo = getCertifications.data.response;
  if (new Date(certificationsInfo.birthday).getFullYear() > 2007) throw new Error('denied');
});
