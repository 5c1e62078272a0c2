using Microsoft.Extensions.Options;

namespace OrleansHybrid.Silo.Configuration;

/// <summary>Options that read themselves from settings.</summary>
internal interface ISettings
{
    /// <summary>Takes what is set; notes what is wrong.</summary>
    void Read(SettingReader settings);
}

/// <summary>Registers the control plane's options, one type a concern.</summary>
internal static class OptionsExtensions
{
    // The one list of them: what is registered is what is checked.
    private static readonly (Func<ISettings> New, Action<IServiceCollection, IConfiguration> Add)[] All =
        [Kind<ServerOptions>(), Kind<StoreOptions>(), Kind<ClusteringOptions>(), Kind<ApiOptions>(), Kind<LogOptions>()];

    /// <summary>Adds all of them; what is wrong is named when the host starts.</summary>
    public static void AddControlPlaneOptions(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var (_, add) in All)
        {
            add(services, configuration);
        }
    }

    /// <summary>Throws with a line for each setting that is wrong, before anything is made or opened.</summary>
    public static IConfiguration Validated(this IConfiguration configuration)
    {
        var reader = new SettingReader(configuration.GetSetting);
        foreach (var (create, _) in All)
        {
            create().Read(reader);
        }

        return reader.Complete(configuration);
    }

    /// <summary>Options of one concern, for what is decided before there is a host.</summary>
    public static T Read<T>(this IConfiguration configuration)
        where T : class, ISettings, new()
    {
        var (options, reader) = (new T(), new SettingReader(configuration.GetSetting));
        options.Read(reader);
        return reader.Complete(options);
    }

    private static (Func<ISettings> New, Action<IServiceCollection, IConfiguration> Add) Kind<T>()
        where T : class, ISettings, new() => (() => new T(), AddSettings<T>);

    private static void AddSettings<T>(this IServiceCollection services, IConfiguration configuration)
        where T : class, ISettings, new()
    {
        var setup = new Setup<T>(configuration);
        services.AddSingleton<IConfigureOptions<T>>(setup).AddSingleton<IValidateOptions<T>>(setup).AddOptions<T>().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }

    private sealed class Setup<T>(IConfiguration configuration) : IConfigureOptions<T>, IValidateOptions<T>
        where T : class, ISettings, new()
    {
        public void Configure(T options) => options.Read(new SettingReader(configuration.GetSetting));

        public ValidateOptionsResult Validate(string? name, T options)
        {
            var reader = new SettingReader(configuration.GetSetting);
            new T().Read(reader);
            return reader.Problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(reader.Problems);
        }
    }
}
