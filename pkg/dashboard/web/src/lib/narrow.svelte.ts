// Whether the window is a phone's: tables show fewer columns then.
const phone = matchMedia('(max-width: 640px)')

class Narrow {
  is = $state(phone.matches)

  constructor() {
    phone.addEventListener('change', (e) => (this.is = e.matches))
  }
}

export const narrow = new Narrow()
