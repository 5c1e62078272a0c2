using System.Collections.Concurrent;
using Microsoft.Playwright;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Browser;

/// <summary>A real browser without a window, and everything that it complains about.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const float Patience = 60_000;

    private readonly IPlaywright _driver;
    private readonly IBrowser _browser;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Chromium(IPlaywright driver, IBrowser browser) => (_driver, _browser) = (driver, browser);

    /// <summary>The errors of its console, violated policies among them; scripts that failed; dialogs.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Chromium> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Browsers.Chromium,
            Args = ["--no-sandbox"],
        });
        return new Chromium(driver, browser);
    }

    /// <summary>A page of its own profile, signed in at a control plane.</summary>
    public async Task<IPage> SignInAsync(
        string url, string token, bool scripts = true, int width = 1200, int height = 800)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = url,
            JavaScriptEnabled = scripts,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.Console += (_, message) => Note(message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, error) => Note(error);
        page.Dialog += async (_, dialog) =>
        {
            Note($"a dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };

        await page.GotoAsync("/");
        await page.GetByLabel("User token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tasks" })).ToBeVisibleAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _driver.Dispose();
    }

    private void Note(string? complaint)
    {
        if (complaint is not null)
        {
            _complaints.Enqueue(complaint);
        }
    }
}
