using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>V9: a session of the web page over the life of a silo.</summary>
public sealed class WebSessionRestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-sign-out-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task V9_A_cookie_that_was_signed_out_stays_worthless_over_a_restart_and_another_one_stays_good()
    {
        Tenant tenant;
        string ended, good;
        await using (var silo = await StartAsync())
        {
            tenant = await silo.NewTenantAsync();
            using var leaver = await PageClient.SignedInAsync(silo, tenant);
            using var stayer = await PageClient.SignedInAsync(silo, tenant);
            (ended, good) = (leaver.Cookies["hybrid-session"], stayer.Cookies["hybrid-session"]);
            await leaver.PostAsync("/sign-out");
        }

        await using var next = await StartAsync();

        Assert.Equal((303, "/sign-in?to=%2Fclusters"), await ComeAsync(next, ended));
        Assert.Equal(200, (await ComeAsync(next, good)).Status);
    }

    [Fact(Timeout = 120_000)]
    public async Task V9_A_form_that_was_open_over_a_restart_can_still_be_sent()
    {
        PageClient visitor;
        await using (var silo = await StartAsync())
        {
            visitor = await PageClient.SignedInAsync(silo, await silo.NewTenantAsync());
        }

        await using var next = await StartAsync();
        using var again = new PageClient(next.Address) { FormToken = visitor.FormToken };
        foreach (var (name, value) in visitor.Cookies)
        {
            again.Cookies[name] = value;
        }

        visitor.Dispose();
        Assert.Equal(303, (await again.PostAsync("/clusters", ("name", "site"))).Status);
        again.Cookies.Remove("hybrid-form");
        Assert.Equal(400, (await again.PostAsync("/clusters", ("name", "other"))).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task V9_No_file_of_a_silo_holds_a_key_of_a_session()
    {
        string key, cookie;
        await using (var silo = await StartAsync())
        {
            using var visitor = await PageClient.SignedInAsync(silo, await silo.NewTenantAsync());
            cookie = visitor.Cookies["hybrid-session"];
            var ticket = silo.Get<IOptionsMonitor<CookieAuthenticationOptions>>().Get(PageAuthentication.Scheme).TicketDataFormat.Unprotect(cookie)!;
            key = Assert.Single(ticket.Principal.Claims).Value;
            Assert.NotNull(await silo.Get<WebSessionTicketStore>().RetrieveAsync(key));
        }

        foreach (var file in _folder.GetFiles())
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(cookie)));
        }
    }

    private Task<TestSilo> StartAsync() => TestSilo.StartAsync(null, ("HYBRID_DATA", _folder.FullName));

    private static async Task<(int Status, string? Location)> ComeAsync(TestSilo silo, string cookie)
    {
        using var visitor = new PageClient(silo.Address);
        visitor.Cookies["hybrid-session"] = cookie;
        var seen = await visitor.GetAsync("/clusters");
        return (seen.Status, seen.Location);
    }
}
